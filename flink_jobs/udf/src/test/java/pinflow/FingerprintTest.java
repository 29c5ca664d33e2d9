package pinflow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private final Fingerprint function = new Fingerprint();

    @BeforeEach
    void open() throws Exception {
        function.open(null);
    }

    @Test
    void sameValuesGiveTheSameFingerprintInAnyForm() {
        byte[] within = "<title>".getBytes();
        StringData part = StringData.fromBytes(within, 1, 5);
        assertArrayEquals(of(7, text("title"), 1.5, 2L), of(7, part, 1.5, 2L));
    }

    @Test
    void everyOtherListOfValuesGivesAnother() {
        List<Object[]> lists = List.of(
                row(1, null, null), row(null, 1, null), row(null, null, 1), row(1, null), row(1), row(2),
                row(1, text("ab"), text("c")), row(1, text("a"), text("bc")), row(1, text("abc")), row(1, text("abc"), null),
                row(1, text("")), row(1, text("\0")), row(1, text("1")), row(1, 1), row(1, 1L), row(1, 1.0),
                row(1, TimestampData.fromEpochMillis(1)), row(1, TimestampData.fromEpochMillis(1, 1)),
                row(0, text("a")), row(null, text("a")), row(-1, text("a")));
        Set<String> found = new HashSet<>();
        lists.forEach(values -> found.add(Arrays.toString(of(values))));
        assertEquals(lists.size(), found.size());
    }

    @Test
    void risingNumbersGiveRisingFingerprints() {
        List<byte[]> found = IntStream.of(0, 1, 255, 256, 65_535, 65_536, Integer.MAX_VALUE)
                .mapToObj(number -> of(number, text("same")))
                .toList();
        for (int at = 1; at < found.size(); at++) {
            assertEquals(-1, Integer.signum(Arrays.compareUnsigned(found.get(at - 1), found.get(at))));
        }
    }

    @Test
    void aTextOfAnyLengthCountsToItsLastByte() {
        String most = "x".repeat(1_000_000);
        assertFalse(Arrays.equals(of(1, text(most + "y"), 5), of(1, text(most + "z"), 5)));
        assertArrayEquals(of(1, text(most + "y"), 5), of(1, text(most + "y"), 5));
    }

    private byte[] of(Object... values) {
        return function.eval(values);
    }

    private static Object[] row(Object... values) {
        return values;
    }

    private static BinaryStringData text(String value) {
        return BinaryStringData.fromString(value);
    }
}
