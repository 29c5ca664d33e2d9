package pinflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

class NoveltyTest {
    @Test
    void theFirstOfAllTheFirstOfItsNameAndARepeatAreToldApart() throws Exception {
        assertEquals(List.of(2, 0, 1, 1, 0, 0, 0), novelties("ann", "ann", "bob", "cid", "bob", "cid", "ann"));
    }

    @Test
    void anUnknownNameIsANameToo() throws Exception {
        assertEquals(List.of(2, 0, 1, 0), novelties(null, null, "ann", null));
        assertEquals(List.of(2, 1, 0), novelties("ann", null, null));
    }

    @Test
    void namesAreKeptWhenTheirBytesAreOverwritten() throws Exception {
        Novelty function = new Novelty();
        Novelty.Seen seen = function.createAccumulator();
        byte[] bytes = "ann".getBytes();
        for (String name : List.of("ann", "bob", "ann", "bob")) {
            System.arraycopy(name.getBytes(), 0, bytes, 0, bytes.length);
            function.accumulate(seen, StringData.fromBytes(bytes));
        }
        assertEquals(0, function.getValue(seen));
    }

    private static List<Integer> novelties(String... names) throws Exception {
        Novelty function = new Novelty();
        Novelty.Seen seen = function.createAccumulator();
        List<Integer> found = new ArrayList<>();
        for (StringData name : Arrays.stream(names).map(StringData::fromString).toList()) {
            function.accumulate(seen, name);
            found.add(function.getValue(seen));
        }
        return found;
    }
}
