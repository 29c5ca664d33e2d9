package pinflow;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;

/**
 * {@code look_up(name, 'table')}: what a table, a literal of lines {@code name=value}, has for a name; null for other names.
 *
 * <p>SQL's own literal map is copied and searched from its beginning for each row.
 */
public final class LookUp extends ScalarFunction implements SpecializedFunction {
    private static final long serialVersionUID = 1L;

    private final String table;
    private transient Map<StringData, StringData> values;

    /** As it is registered: it knows its table once it stands in a text. */
    public LookUp() {
        this("");
    }

    LookUp(String table) {
        this.table = table;
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return new LookUp(context.getCallContext()
                .getArgumentValue(1, String.class)
                .orElseThrow(() -> new ValidationException("the table of look_up must be a literal")));
    }

    @Override
    public void open(FunctionContext context) {
        values = new HashMap<>();
        table.lines().map(line -> line.split("=", 2)).forEach(pair -> values.put(bytes(pair[0]), bytes(pair[1])));
    }

    /** Give the value of a name; the table was read before. */
    @DataTypeHint(value = "STRING", bridgedTo = StringData.class)
    public StringData eval(
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData name,
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData table) {
        return name == null ? null : values.get(name);
    }

    private static StringData bytes(String text) {
        BinaryStringData data = BinaryStringData.fromString(text);
        data.ensureMaterialized();
        return data;
    }
}
