package pinflow;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

class WholeNumberTest {
    @Test
    void countsAreReadExactly() {
        Map<String, Integer> counts = Map.ofEntries(
                entry("0", 0), entry("017", 17), entry("124k", 124_000), entry("6M", 6_000_000), entry("1.2k", 1_200),
                entry("1,234", 1_234), entry("1.0", 1), entry("2b", 2_000_000_000), entry("2147483647", Integer.MAX_VALUE),
                entry("2.147483647B", Integer.MAX_VALUE), entry("0.000000001B", 1), entry("0.0000000010000000B", 1),
                entry("00000000000000000000000000000007", 7));
        counts.forEach((text, count) -> assertEquals(count, read(text), text));
    }

    @Test
    void whatIsNotWholeOrTooLargeOrNoNumberIsNone() {
        for (String text : List.of(
                "2147483648", "2.147483648B", "3B", "99999999999999999999999999", "99999999999999999999B", "1.2345k", "1.50", "0.0000000001B",
                "12x", "-1", "1.2.3", "1.2,3", "kk", "ä")) {
            assertEquals(null, read(text), text);
        }
        assertEquals(null, new WholeNumber().eval(null));
    }

    private static Integer read(String text) {
        return new WholeNumber().eval(StringData.fromString(text));
    }
}
