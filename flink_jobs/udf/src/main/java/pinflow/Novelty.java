package pinflow;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code novelty(name) OVER ..}: how much is new about a row among those of its kind before it: 2 for the first of all, 1 for the
 * first of its name, 0 for a repeat. An unknown name is a name too.
 */
@FunctionHint(output = @DataTypeHint("INT NOT NULL"))
public final class Novelty extends AggregateFunction<Integer, Novelty.Seen> {
    private static final long serialVersionUID = 1L;
    private static final StringData UNKNOWN = StringData.fromString("");

    /** The names of one kind of rows: the first, and the others, few as a rule, which are state of their own. */
    public static final class Seen {
        @DataTypeHint(value = "STRING", bridgedTo = StringData.class)
        public StringData first;

        public MapView<String, Boolean> others = new MapView<>();

        public int novelty;
    }

    @Override
    public Seen createAccumulator() {
        return new Seen();
    }

    /** Take the name of the next row. */
    public void accumulate(Seen seen, @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData name)
            throws Exception {
        StringData known = name == null ? UNKNOWN : name;
        if (seen.first == null) {
            // A copy: the bytes that come in are overwritten by the next row.
            seen.first = ((BinaryStringData) known).copy();
            seen.novelty = 2;
        } else if (known.equals(seen.first) || seen.others.contains(known.toString())) {
            seen.novelty = 0;
        } else {
            seen.others.put(known.toString(), true);
            seen.novelty = 1;
        }
    }

    @Override
    public Integer getValue(Seen seen) {
        return seen.novelty;
    }
}
