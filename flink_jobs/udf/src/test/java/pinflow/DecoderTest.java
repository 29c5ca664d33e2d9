package pinflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DecoderTest {
    private static final HostileCases HOSTILE = new HostileCases();

    @TestFactory
    Stream<DynamicTest> everyHostileCaseGetsItsVerdict() {
        return HOSTILE.cases.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> {
            GenericRowData row = HOSTILE.decoders.get(c.stream()).decode(c.body());
            assertEquals(c.reason(), text(row, 0));
            assertEquals(c.field(), text(row, 1));
        }));
    }

    @Test
    void anErrorLeavesNoColumnFilledAndItsValueFitsEverySink() {
        for (HostileCases.Case c : HOSTILE.cases) {
            GenericRowData row = HOSTILE.decoders.get(c.stream()).decode(c.body());
            for (int i = Contract.FIRST_COLUMN; c.reason() != null && i < row.getArity(); i++) {
                assertNull(row.getField(i), c.name());
            }
            String value = text(row, 2) == null ? "" : text(row, 2);
            assertTrue(value.codePointCount(0, value.length()) <= Text.MAX_SHOWN, c.name());
            assertTrue(value.codePoints().noneMatch(p -> p == 0 || p >= 0xD800 && p <= 0xDFFF), c.name());
        }
    }

    @Test
    void aGoodRecordFillsTheColumnsInContractOrder() {
        assertEquals(
                GenericRowData.of(null, null, null, -7, string("a😀"), null, true, 2.0),
                decode("{\"z\": 2, \"d\": 1, \"i\": -7, \"s\": \"a\\ud83d\\ude00\", \"o\": null}"));
        assertEquals(
                GenericRowData.of(null, null, null, 0, null, null, false, -0.0),
                decode("{\"i\": -0, \"s\": null, \"z\": -0}"));
    }

    @Test
    void textsAreTheBytesOfTheBodyWhateverStandsBeforeThem() {
        for (String words : List.of("", "a", "é", "Ł€", "a😀b😀", "\u00a0 ", "\ud7ff\ue000")) {
            for (String before : List.of("", "plain", "ünï", "€", "😀😀", "\\n", "\\ud83d\\ude00")) {
                String other = "\", \"o\": \"" + words + "\", \"z\": 2}";
                GenericRowData row = decode("{\"" + before + "\": \"" + before + "\", \"i\": 1, \"s\": \"" + words + other);
                assertEquals(GenericRowData.of(null, null, null, 1, string(words), string(words), true, 2.0), row);
            }
        }
    }

    @Test
    void anErrorSaysWhichValue() {
        assertEquals("36.0", text(decode("{\"i\": 36.0}"), 2));
        assertEquals("{...}", text(decode("{\"i\": {\"j\": 1}}"), 2));
        assertEquals("nested deeper than 100", text(decode("[".repeat(200)), 2));
        assertTrue(text(decode("{\"i\": x}"), 2).startsWith("position 7: Unrecognized token 'x'"));
    }

    @Test
    void rowsAreNotSharedBetweenRecords() {
        Decoder decoder = new Decoder(new Contract("i INT"));
        GenericRowData first = decoder.decode(bytes("{\"i\": 1}"));
        assertNotSame(first, decoder.decode(bytes("{\"i\": 2}")));
        assertEquals(GenericRowData.of(null, null, null, 1), first);
    }

    @Test
    void theFunctionCollectsOneRowForEachBodyAndFollowsTheContract() {
        DecodeJson function = new DecodeJson();
        List<RowData> rows = new ArrayList<>();
        function.setCollector(new ListCollector(rows));
        function.eval(null, "i INT");
        function.eval(bytes("{\"i\": 1}"), "i INT");
        function.eval(bytes("{\"i\": 1}"), "i DOUBLE");
        assertEquals(
                List.of(
                        GenericRowData.of(string("empty_body"), null, null, null),
                        GenericRowData.of(null, null, null, 1),
                        GenericRowData.of(null, null, null, 1.0)),
                rows);
    }

    @Test
    void aLiteralThatIsNoContractIsRefused() {
        for (String literal : List.of("", "i", "i LONG", "i INT MAYBE", "i INT NULL NULL", "i INT,", "i INT, i INT")) {
            assertThrows(IllegalArgumentException.class, () -> new Contract(literal), literal);
        }
    }

    private static GenericRowData decode(String body) {
        return new Decoder(new Contract("i INT, s STRING NULL, o STRING OPTIONAL, z DOUBLE")).decode(bytes(body));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static StringData string(String text) {
        return StringData.fromString(text);
    }

    private static String text(RowData row, int column) {
        return row.isNullAt(column) ? null : row.getString(column).toString();
    }

    private record ListCollector(List<RowData> rows) implements Collector<RowData> {
        @Override
        public void collect(RowData row) {
            rows.add(row);
        }

        @Override
        public void close() {}
    }
}
