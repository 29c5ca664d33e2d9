package pinflow;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code known_text(text, 'placeholder' ..)}: the text, or null when it says nothing: empty, blank or one of the placeholders.
 *
 * <p>In SQL these few comparisons are the largest part of what Flink generates for a stream, once for each use of a column.
 */
public final class KnownText extends ScalarFunction {
    private static final long serialVersionUID = 1L;
    private static final byte FIRST_OF_NO_BREAK_SPACE = (byte) 0xC2;
    private static final byte SECOND_OF_NO_BREAK_SPACE = (byte) 0xA0;

    /** Give a text that is known. */
    @DataTypeHint(value = "STRING", bridgedTo = StringData.class)
    public StringData eval(
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData text,
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData... placeholders) {
        if (text == null || isBlank((BinaryStringData) text)) {
            return null;
        }
        for (StringData placeholder : placeholders) {
            if (text.equals(placeholder)) {
                return null;
            }
        }
        return text;
    }

    /** Blank are space, tabs, ends of lines and pages, and the no-break space; the first other character ends the search. */
    private static boolean isBlank(BinaryStringData text) {
        text.ensureMaterialized();
        int size = text.getSizeInBytes();
        for (int at = 0; at < size; at++) {
            byte first = text.byteAt(at);
            if (first == FIRST_OF_NO_BREAK_SPACE && at + 1 < size && text.byteAt(at + 1) == SECOND_OF_NO_BREAK_SPACE) {
                at++;
            } else if (first != ' ' && (first < '\t' || first > '\r')) {
                return false;
            }
        }
        return true;
    }
}
