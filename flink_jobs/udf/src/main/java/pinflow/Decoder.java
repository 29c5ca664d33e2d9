package pinflow;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonFactory;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonToken;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.StreamReadConstraints;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.exc.StreamConstraintsException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

/** Decodes bodies by one contract; one thread at a time. */
final class Decoder {
    static final int MAX_DEPTH = 100;

    /** Size never changes a verdict, and neither do names made to collide. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Contract contract;
    private final Text text = new Text();

    private GenericRowData row;
    private String repeated;
    private String forbiddenField;
    private String forbiddenText;
    private int faultIndex;
    private GenericRowData fault;

    Decoder(Contract contract) {
        this.contract = contract;
    }

    /** Give a new row: the reason, field and value of the first fault, or the contract's columns. */
    GenericRowData decode(byte[] body) {
        if (body == null || body.length == 0) {
            return contract.refused("empty_body", null, null);
        }
        int invalid = text.read(body);
        if (invalid >= 0) {
            return contract.refused("invalid_utf8", null, String.format("byte 0x%02X at position %d", body[invalid], invalid));
        }
        try (JsonParser json = JSON.createParser(text.chars(), 0, text.length())) {
            GenericRowData verdict = readDocument(json);
            return text.badEscape < 0
                    ? verdict
                    : contract.refused("not_json", null, "position " + text.badEscape + ": not a Unicode escape");
        } catch (StreamConstraintsException e) {
            return contract.refused("not_json", null, "nested deeper than " + MAX_DEPTH);
        } catch (JsonProcessingException e) {
            long position = e.getLocation().getCharOffset();
            return contract.refused("not_json", null, "position " + position + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("a parser over memory cannot fail to read", e);
        }
    }

    private GenericRowData readDocument(JsonParser json) throws IOException {
        row = new GenericRowData(contract.arity);
        repeated = forbiddenField = forbiddenText = null;
        faultIndex = Long.SIZE;
        JsonToken top = json.nextToken();
        if (top == null) {
            return contract.refused("not_json", null, "only white space");
        }
        String shown = shortened(json, top);
        long seen = top == JsonToken.START_OBJECT ? readObject(json) : 0;
        if (top == JsonToken.START_ARRAY) {
            skipNested(json, null);
        }
        if (json.nextToken() != null) {
            return contract.refused("not_json", null, "more text after the first value");
        }
        return top == JsonToken.START_OBJECT ? judge(seen) : contract.refused("not_an_object", null, shown);
    }

    /** Read the top object into the row; return one bit for each contract field seen. */
    private long readObject(JsonParser json) throws IOException {
        long seen = 0;
        Set<String> others = new HashSet<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            Contract.Field field = contract.byName.get(name);
            boolean first = field == null ? others.add(name) : (seen & field.bit()) == 0;
            seen |= field == null ? 0 : field.bit();
            note(name, name, first);
            JsonToken token = json.nextToken();
            if (field != null) {
                readField(json, token, field);
            }
            if (token.isStructStart()) {
                skipNested(json, name);
            } else if (text.escapes && token == JsonToken.VALUE_STRING) {
                note(name, json.getText(), true);
            }
        }
        return seen;
    }

    /** Walk a nested value for repeated names and forbidden characters. */
    private void skipNested(JsonParser json, String topField) throws IOException {
        Set<String> names = new HashSet<>();
        for (JsonToken token = json.nextToken(); !token.isStructEnd(); token = json.nextToken()) {
            if (token == JsonToken.FIELD_NAME) {
                note(topField, json.currentName(), names.add(json.currentName()));
            } else if (token.isStructStart()) {
                skipNested(json, topField);
            } else if (text.escapes && token == JsonToken.VALUE_STRING) {
                note(topField, json.getText(), true);
            }
        }
    }

    /** Note the first repeated name and the first text with a forbidden character. */
    private void note(String topField, String words, boolean first) {
        if (!first && repeated == null) {
            repeated = words;
        }
        if (text.escapes && forbiddenText == null && Text.hasForbidden(words)) {
            forbiddenField = topField;
            forbiddenText = words;
        }
    }

    private void readField(JsonParser json, JsonToken token, Contract.Field field) throws IOException {
        String type = field.type();
        if (token == JsonToken.VALUE_NULL) {
            if (!field.nullable()) {
                blame(field, "null_field", "null");
            }
        } else if (token == JsonToken.VALUE_STRING && type.equals("STRING")) {
            row.setField(field.column(), words(json));
        } else if (token == JsonToken.VALUE_NUMBER_INT && type.equals("INT")) {
            store(field, toInt(json), json);
        } else if (token.isNumeric() && type.equals("DOUBLE")) {
            store(field, toDouble(json), json);
        } else {
            blame(field, "wrong_type", shortened(json, token));
        }
    }

    /** A text without escapes stands in the body as it is. */
    private StringData words(JsonParser json) throws IOException {
        return json.getTextCharacters() == text.chars()
                ? text.slice(json.getTextOffset(), json.getTextLength())
                : StringData.fromString(json.getText());
    }

    private void store(Contract.Field field, Number number, JsonParser json) throws IOException {
        row.setField(field.column(), number);
        if (number == null) {
            blame(field, "out_of_range", json.getText());
        }
    }

    private static Integer toInt(JsonParser json) throws IOException {
        long number = json.getTextLength() > "-2147483648".length() ? Long.MAX_VALUE : json.getLongValue();
        return number == (int) number ? (int) number : null;
    }

    private static Double toDouble(JsonParser json) throws IOException {
        double number = Double.parseDouble(json.getText());
        return Double.isFinite(number) ? number : null;
    }

    private static String shortened(JsonParser json, JsonToken token) throws IOException {
        return token == JsonToken.START_OBJECT ? "{...}" : token == JsonToken.START_ARRAY ? "[...]" : json.getText();
    }

    /** Keep the fault of the field that stands first in the contract. */
    private void blame(Contract.Field field, String reason, String value) {
        if (field.index() < faultIndex) {
            faultIndex = field.index();
            fault = contract.refused(reason, field.name(), value);
        }
    }

    private GenericRowData judge(long seen) {
        if (repeated != null) {
            return contract.refused("duplicate_field", repeated, null);
        }
        if (forbiddenText != null) {
            return contract.refused("forbidden_character", forbiddenField, forbiddenText);
        }
        int missing = Long.numberOfTrailingZeros(contract.required & ~seen);
        if (missing < faultIndex) {
            return contract.refused("missing_field", contract.fields.get(missing).name(), null);
        }
        return faultIndex < Long.SIZE ? fault : completed(seen);
    }

    private GenericRowData completed(long seen) {
        for (Contract.Field field : contract.fields) {
            if (field.optional()) {
                row.setField(field.column() + 1, (seen & field.bit()) != 0);
            }
        }
        return row;
    }
}
