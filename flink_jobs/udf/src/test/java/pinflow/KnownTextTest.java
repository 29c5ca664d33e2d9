package pinflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

class KnownTextTest {
    private final KnownText function = new KnownText();

    @Test
    void whatSaysNothingIsUnknown() {
        for (String text : List.of("", " ", "\t\n\u000B\f\r", "\u00A0", " \u00A0 \u00A0", "none", "no text")) {
            assertNull(known(text, "none", "no text"), text);
        }
        assertNull(function.eval(null));
    }

    @Test
    void everyOtherTextStaysAsItIs() {
        for (String text : List.of("a", " a", "\u00A0a", "\u00A1", "\u0000", "\u0008", "\u000E", "\u2003", "None", "none ", "ä")) {
            assertEquals(text, known(text, "none").toString());
        }
        assertEquals("none", known("none").toString());
    }

    private StringData known(String text, String... placeholders) {
        StringData[] all = new StringData[placeholders.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = StringData.fromString(placeholders[i]);
        }
        return function.eval(StringData.fromString(text), all);
    }
}
