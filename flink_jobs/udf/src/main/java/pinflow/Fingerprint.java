package pinflow;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.utils.DataTypeUtils;

/**
 * {@code fingerprint(number, value ..)}: 20 bytes that two rows share when the number and each value are the same, else not:
 * the number, and half of a SHA-256 over everything.
 *
 * <p>The number stands first, its high byte first: posts get rising numbers, so rows that arrive together lie together in the
 * state, which is kept in the order of its keys.
 */
public final class Fingerprint extends ScalarFunction {
    private static final long serialVersionUID = 1L;
    private static final int HASH_BYTES = 16;
    private static final int ROOM = 1024;

    private transient MessageDigest digest;
    private transient ByteBuffer buffer;

    @Override
    public void open(FunctionContext context) throws NoSuchAlgorithmException {
        digest = MessageDigest.getInstance("SHA-256");
        buffer = ByteBuffer.allocate(ROOM);
    }

    /** Give the fingerprint of a row's number and values. */
    public byte[] eval(Object... values) {
        buffer.clear();
        for (Object value : values) {
            put(value);
        }
        digest.update(buffer.array(), 0, buffer.position());
        byte[] hash = digest.digest();
        int number = values[0] == null ? 0 : (int) values[0];
        return ByteBuffer.allocate(Integer.BYTES + HASH_BYTES).putInt(number).put(hash, 0, HASH_BYTES).array();
    }

    /** Write a value behind its kind, and a text behind its length: no two lists of values give the same bytes. */
    private void put(Object value) {
        if (value == null) {
            room(1).put((byte) 0);
        } else if (value instanceof BinaryStringData text) {
            text.ensureMaterialized();
            int size = text.getSizeInBytes();
            room(5 + size).put((byte) 1).putInt(size);
            text.getSegments()[0].get(text.getOffset(), buffer, size);
        } else if (value instanceof Integer number) {
            room(5).put((byte) 2).putInt(number);
        } else if (value instanceof Long number) {
            room(9).put((byte) 3).putLong(number);
        } else if (value instanceof Double number) {
            room(9).put((byte) 4).putDouble(number);
        } else {
            TimestampData time = (TimestampData) value;
            room(13).put((byte) 5).putLong(time.getMillisecond()).putInt(time.getNanoOfMillisecond());
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            buffer.flip();
            buffer = ByteBuffer.allocate(2 * (buffer.limit() + bytes)).put(buffer);
        }
        return buffer;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(new AsTheyAre())
                .outputTypeStrategy(call -> Optional.of(DataTypes.BYTES().notNull()))
                .build();
    }

    /** Take values in Flink's own form, in which they are never converted. */
    private static final class AsTheyAre implements InputTypeStrategy {
        private static final Set<LogicalTypeRoot> KINDS = EnumSet.of(
                LogicalTypeRoot.INTEGER,
                LogicalTypeRoot.BIGINT,
                LogicalTypeRoot.DOUBLE,
                LogicalTypeRoot.CHAR,
                LogicalTypeRoot.VARCHAR,
                LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE,
                LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);

        @Override
        public ArgumentCount getArgumentCount() {
            return ConstantArgumentCount.from(1);
        }

        @Override
        public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
            List<DataType> given = call.getArgumentDataTypes();
            for (DataType type : given) {
                if (!KINDS.contains(type.getLogicalType().getTypeRoot())) {
                    return call.fail(throwOnFailure, "fingerprint takes no value of type %s", type);
                }
            }
            if (!given.get(0).getLogicalType().is(LogicalTypeRoot.INTEGER)) {
                return call.fail(throwOnFailure, "the first value of fingerprint must be an INT, not %s", given.get(0));
            }
            return Optional.of(given.stream().map(DataTypeUtils::toInternalDataType).toList());
        }

        @Override
        public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
            return List.of(Signature.of(Signature.Argument.of("number"), Signature.Argument.of("value..")));
        }
    }
}
