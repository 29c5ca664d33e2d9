package pinflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookUpTest {
    private static final String TABLE = "Åland=AX\nFrance=FR\na=b=c";

    private final LookUp function = new LookUp(TABLE);

    @BeforeEach
    void open() {
        function.open(null);
    }

    @Test
    void aNameHasTheValueOfItsLine() {
        assertEquals("AX", look("Åland").toString());
        assertEquals("FR", look("France").toString());
        assertEquals("b=c", look("a").toString());
    }

    @Test
    void otherNamesHaveNone() {
        assertNull(look("france"));
        assertNull(look(""));
        assertNull(look(null));
    }

    private StringData look(String name) {
        return function.eval(StringData.fromString(name), StringData.fromString(TABLE));
    }
}
