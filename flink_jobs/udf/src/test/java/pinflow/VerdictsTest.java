package pinflow;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

/** Writes the verdict on every hostile case and on seeded mutations of them, for the Python decode to be held against. */
class VerdictsTest {
    private static final int MUTATIONS = 10_000;
    private static final int SEED = 100;
    /** Where a value or a member stands, and what may come there instead; bodies are handled as Latin-1 text. */
    private static final Pattern VALUE = Pattern.compile("(?<=\":\\s?)(?:\"[^\"]*\"|[^,}\\]\\s]+)");
    private static final Pattern MEMBER = Pattern.compile("(?<=[{,]\\s?)(?=\")");
    private static final List<String> VALUES = latin1(
            "0", "-0", "7", "1.5", "1e2", "-.5", "1E400", "2147483647", "2147483648", "01", "null", "null", "true", "NaN", "\"\"",
            "\"7\"", "\"\\u0000\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", "\"\\ude00\"", "\"\\u00e9é😀\"", "\"\\uŁŁŁŁ\"",
            "\"\\n\"", "{}", "[]", "[1,{\"a\":[]}]", "{\"b\":1,\"b\":2}", "{\"b\":\"\\u0000\"}", "\"\u0001\"", "\"\u00a0\u2028\"");
    private static final List<String> NAMES =
            latin1("ind", "index", "age", "latitude", "poster_name", "country", "a", "b", "é", "", "\\u0061", "\\u0000");
    private static final List<String> BYTES = List.of(
            "\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00ef\u00bb\u00bf", "\u00e2\u0082", "\0", "\n", "\\", "\"", "{", "}", ",", "\u00ff", " ");

    private final HostileCases hostile = new HostileCases();
    private final ObjectMapper json = new ObjectMapper();
    private final Random random = new Random(SEED);

    @Test
    void everyMutationGetsAVerdictAndEveryReasonOccurs() throws IOException {
        Map<String, Integer> reasons = new TreeMap<>();
        Path file = Path.of(System.getProperty("build"), "verdicts.jsonl");
        try (BufferedWriter verdicts = Files.newBufferedWriter(file)) {
            for (HostileCases.Case c : hostile.cases) {
                reasons.merge(write(verdicts, c.stream(), c.body()), 1, Integer::sum);
            }
            List<HostileCases.Case> seeds =
                    hostile.cases.stream().filter(VerdictsTest::isParsed).toList();
            for (int i = 0; i < MUTATIONS; i++) {
                HostileCases.Case seed = pick(seeds);
                reasons.merge(write(verdicts, seed.stream(), mutated(seed.body(), pick(seeds).body())), 1, Integer::sum);
            }
        }
        assertTrue(reasons.size() == 11 && reasons.values().stream().allMatch(n -> n > 2), reasons.toString());
    }

    private String write(BufferedWriter verdicts, String stream, byte[] body) throws IOException {
        GenericRowData row = hostile.decoders.get(stream).decode(body);
        Object[] columns = new Object[row.getArity()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = row.getField(i) instanceof StringData text ? text.toString() : row.getField(i);
        }
        String encoded = body == null ? "" : Base64.getEncoder().encodeToString(body);
        verdicts.write(json.writeValueAsString(Map.of("stream", stream, "body", encoded, "columns", columns)));
        verdicts.newLine();
        return String.valueOf(columns[0]);
    }

    private static boolean isParsed(HostileCases.Case c) {
        return c.body() != null && c.body().length < 2000 && !Set.of("not_json", "invalid_utf8").contains("" + c.reason());
    }

    private byte[] mutated(byte[] body, byte[] other) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int place = random.nextInt(text.length() + 1);
            text = switch (random.nextInt(16)) {
                case 0 -> text.substring(0, place) + pick(BYTES) + text.substring(place);
                case 1 -> text.substring(0, place) + text.substring(random.nextInt(text.length() + 1));
                case 2 -> text.substring(0, place) + new String(other, StandardCharsets.ISO_8859_1);
                case 3, 4, 5, 6, 7, 8 -> replaced(text, VALUE, pick(VALUES));
                default -> replaced(text, MEMBER, "\"" + pick(NAMES) + "\":" + pick(VALUES) + ",");
            };
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Put a piece in place of one of the pattern's matches. */
    private String replaced(String text, Pattern pattern, String piece) {
        List<MatchResult> matches = pattern.matcher(text).results().toList();
        if (matches.isEmpty()) {
            return text;
        }
        MatchResult match = pick(matches);
        return text.substring(0, match.start()) + piece + text.substring(match.end());
    }

    private static List<String> latin1(String... texts) {
        return Stream.of(texts)
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
