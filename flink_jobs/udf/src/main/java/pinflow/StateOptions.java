package pinflow;

import java.util.Collection;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * What Flink has no setting for: RocksDB asks a filter before it searches the keys that it holds in memory. Most keys are new, and
 * are then found to be so at once.
 */
public final class StateOptions implements RocksDBOptionsFactory {
    private static final long serialVersionUID = 1L;

    /** Of a write buffer of 64 MiB, 18 bits for each of 300,000 keys. All states share one room: ten times as much takes most of it. */
    private static final double FILTER_SHARE = 0.01;

    @Override
    public DBOptions createDBOptions(DBOptions present, Collection<AutoCloseable> toClose) {
        return present;
    }

    @Override
    public ColumnFamilyOptions createColumnOptions(ColumnFamilyOptions present, Collection<AutoCloseable> toClose) {
        return present.setMemtablePrefixBloomSizeRatio(FILTER_SHARE).setMemtableWholeKeyFiltering(true);
    }
}
