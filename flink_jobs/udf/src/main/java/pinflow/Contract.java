package pinflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;

/** A contract such as {@code index INT, title STRING NULL, poster_name STRING OPTIONAL}, and the row it decodes to. */
final class Contract {
    /** Columns before those of the contract: error, error_field, error_value. */
    static final int FIRST_COLUMN = 3;

    private static final Map<String, DataType> TYPES =
            Map.of("INT", DataTypes.INT(), "DOUBLE", DataTypes.DOUBLE(), "STRING", DataTypes.STRING());

    /** One field; {@code column} is its place in the row, followed by its presence when it is optional. */
    record Field(String name, String type, boolean nullable, boolean optional, int index, int column) {
        long bit() {
            return 1L << index;
        }
    }

    final List<Field> fields = new ArrayList<>();
    final Map<String, Field> byName = new HashMap<>();
    /** One bit a field, by its index: those that must be present. */
    long required;
    /** Number of columns of the row. */
    int arity = FIRST_COLUMN;

    /** Read the literal; throw IllegalArgumentException when it is not a contract. */
    Contract(String literal) {
        for (String part : literal.split(",", -1)) {
            String[] words = part.trim().split("\\s+");
            String suffix = words.length == 3 ? words[2] : "";
            if (words.length < 2 || words.length > 3 || !TYPES.containsKey(words[1]) || fields.size() == Long.SIZE
                    || !List.of("", "NULL", "OPTIONAL").contains(suffix)) {
                throw new IllegalArgumentException("not a contract field: '" + part.trim() + "' in: " + literal);
            }
            add(words[0], words[1], suffix);
        }
    }

    private void add(String name, String type, String suffix) {
        boolean optional = suffix.equals("OPTIONAL");
        Field field = new Field(name, type, !suffix.isEmpty(), optional, fields.size(), arity);
        if (byName.put(name, field) != null) {
            throw new IllegalArgumentException("contract names a field twice: " + name);
        }
        fields.add(field);
        arity += optional ? 2 : 1;
        required |= optional ? 0 : field.bit();
    }

    /** Give a row that says why a record is refused, its other columns null. */
    GenericRowData refused(String reason, String field, String value) {
        GenericRowData row = new GenericRowData(arity);
        row.setField(0, StringData.fromString(reason));
        row.setField(1, StringData.fromString(Text.shown(field)));
        row.setField(2, StringData.fromString(Text.shown(value)));
        return row;
    }

    /** Give the type of the decoded row; every column may be null. */
    DataType rowType() {
        List<DataTypes.Field> columns = new ArrayList<>();
        for (String name : List.of("error", "error_field", "error_value")) {
            columns.add(DataTypes.FIELD(name, DataTypes.STRING()));
        }
        for (Field field : fields) {
            columns.add(DataTypes.FIELD(field.name, TYPES.get(field.type)));
            if (field.optional) {
                columns.add(DataTypes.FIELD(field.name + "_present", DataTypes.BOOLEAN()));
            }
        }
        return DataTypes.ROW(columns.toArray(DataTypes.Field[]::new));
    }
}
