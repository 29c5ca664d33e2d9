package pinflow;

import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.utils.DataTypeUtils;

/** {@code decode_json(body, 'contract')}: gives one row for each body, with an error or with the contract's columns. */
public final class DecodeJson extends TableFunction<RowData> {
    private static final long serialVersionUID = 1L;

    private transient String literal;
    private transient Decoder decoder;

    /** Collect the one row of a body. */
    public void eval(byte[] body, String contract) {
        if (!contract.equals(literal)) {
            decoder = new Decoder(new Contract(contract));
            literal = contract;
        }
        collect(decoder.decode(body));
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(InputTypeStrategies.sequence(
                        InputTypeStrategies.explicit(DataTypes.BYTES()),
                        InputTypeStrategies.and(
                                InputTypeStrategies.LITERAL, InputTypeStrategies.explicit(DataTypes.STRING()))))
                .outputTypeStrategy(call -> {
                    Optional<String> contract = call.getArgumentValue(1, String.class);
                    return contract.map(text -> DataTypeUtils.toInternalDataType(new Contract(text).rowType()));
                })
                .build();
    }
}
