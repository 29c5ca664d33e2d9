package pinflow;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code whole_number(text)}: digits with decimals, commas and a last k, M or B of either case as a number 0 to 2^31-1; null when
 * that is not whole or larger. Which spellings are taken at all is for the SQL text to say.
 */
public final class WholeNumber extends ScalarFunction {
    private static final long serialVersionUID = 1L;
    private static final long BILLION = 1_000_000_000L;

    /** Give the number of a text. */
    public @DataTypeHint("INT") Integer eval(@DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData text) {
        if (text == null) {
            return null;
        }
        BinaryStringData bytes = (BinaryStringData) text;
        bytes.ensureMaterialized();
        int size = bytes.getSizeInBytes();
        long factor = size == 0 ? 1 : factor(bytes.byteAt(size - 1));
        int end = factor == 1 ? size : size - 1;
        long whole = 0;
        long billionths = 0;
        long place = 0;
        for (int at = 0; at < end; at++) {
            int digit = bytes.byteAt(at) - '0';
            if (digit == '.' - '0' && place == 0) {
                place = BILLION;
            } else if (digit == ',' - '0' && place == 0) {
                continue;
            } else if (digit < 0 || digit > 9) {
                return null;
            } else if (place == 0) {
                whole = Math.min(10 * whole + digit, BILLION * 10);
            } else if (place > 1) {
                place /= 10;
                billionths += digit * place;
            } else if (digit != 0) {
                return null;
            }
        }
        long parts = billionths * factor;
        long number = whole > Integer.MAX_VALUE ? whole : whole * factor + parts / BILLION;
        return parts % BILLION != 0 || number > Integer.MAX_VALUE ? null : (Integer) (int) number;
    }

    private static long factor(byte last) {
        return switch (last) {
            case 'k', 'K' -> 1_000;
            case 'm', 'M' -> 1_000_000;
            case 'b', 'B' -> BILLION;
            default -> 1;
        };
    }
}
