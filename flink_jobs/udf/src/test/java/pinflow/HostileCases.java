package pinflow;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/** The cases that both languages share; their notation stands at the head of the file. */
final class HostileCases {
    private static final File FILE = new File("../../tests/hostile/cases.yaml");
    private static final Pattern PART = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern MARK = Pattern.compile("<<(?:hex ([0-9a-f]+)|(\\d+)\\*(.*?))>>");

    /** One body and its verdict: reason and field are null where none applies. */
    record Case(String name, String stream, byte[] body, String reason, String field) {}

    final List<Case> cases = new ArrayList<>();
    /** One decoder a stream. */
    final Map<String, Decoder> decoders = new TreeMap<>();
    /** One contract a stream. */
    final Map<String, Contract> contracts = new TreeMap<>();

    HostileCases() {
        try {
            JsonNode file = new ObjectMapper(new YAMLFactory()).readTree(FILE);
            file.get("contracts").properties().forEach(entry -> {
                contracts.put(entry.getKey(), new Contract(entry.getValue().asText()));
                decoders.put(entry.getKey(), new Decoder(contracts.get(entry.getKey())));
            });
            file.get("cases").forEach(row -> cases.add(read(file.get("parts"), row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(JsonNode parts, JsonNode row) {
        String[] verdict = row.get(3).asText().split(" ", 2);
        String reason = verdict[0].equals("ok") ? null : verdict[0];
        byte[] body = row.get(2).isNull() ? null : bytes(parts, row.get(2).asText());
        return new Case(row.get(0).asText(), row.get(1).asText(), body, reason, verdict.length == 2 ? verdict[1] : null);
    }

    private static byte[] bytes(JsonNode parts, String body) {
        String text = PART.matcher(body)
                .replaceAll(part -> Matcher.quoteReplacement(parts.get(part.group(1)).asText()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher mark = MARK.matcher(text);
        int end = 0;
        while (mark.find()) {
            bytes.writeBytes(text.substring(end, mark.start()).getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(mark.group(1) != null ? HexFormat.of().parseHex(mark.group(1)) : repeated(mark));
            end = mark.end();
        }
        bytes.writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static byte[] repeated(Matcher mark) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Integer.parseInt(mark.group(2)); i++) {
            text.append(mark.group(3).replace("#", Integer.toString(i)));
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
