package pinflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
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
    static final int MAX_SHOWN = 200;

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
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private CharBuffer text = CharBuffer.allocate(4096);

    private GenericRowData row;
    private boolean escapes;
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
            return refused("empty_body", null, null);
        }
        int invalid = readUtf8(body);
        if (invalid >= 0) {
            return refused("invalid_utf8", null, String.format("byte 0x%02X at position %d", body[invalid], invalid));
        }
        int badEscape = findEscapes();
        try (JsonParser json = JSON.createParser(text.array(), 0, text.limit())) {
            GenericRowData verdict = readDocument(json);
            return badEscape < 0 ? verdict : refused("not_json", null, "position " + badEscape + ": not an escape");
        } catch (StreamConstraintsException e) {
            return refused("not_json", null, "nested deeper than " + MAX_DEPTH);
        } catch (JsonProcessingException e) {
            return refused("not_json", null, "position " + e.getLocation().getCharOffset() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("a parser over memory cannot fail to read", e);
        }
    }

    /** Fill {@code text}; return the position of the first byte that is not UTF-8, or -1. */
    private int readUtf8(byte[] body) {
        if (text.capacity() < body.length) {
            text = CharBuffer.allocate(body.length);
        }
        ByteBuffer bytes = ByteBuffer.wrap(body);
        boolean valid = utf8.reset().decode(bytes, text.clear(), true).isUnderflow();
        text.flip();
        return valid ? -1 : bytes.position();
    }

    /** Note whether {@code \\u} occurs; return where one is followed by a letter Jackson mistakes for a digit, or -1. */
    private int findEscapes() {
        char[] chars = text.array();
        int limit = text.limit();
        escapes = false;
        for (int i = 0; i + 1 < limit; i++) {
            if (chars[i] == '\\' && chars[++i] == 'u') {
                escapes = true;
                for (int digit = i + 1; digit < Math.min(i + 5, limit); digit++) {
                    if (chars[digit] > 127) {
                        return i - 1;
                    }
                }
            }
        }
        return -1;
    }

    private GenericRowData readDocument(JsonParser json) throws IOException {
        row = new GenericRowData(contract.arity);
        repeated = forbiddenField = forbiddenText = null;
        faultIndex = Long.SIZE;
        JsonToken top = json.nextToken();
        String shown = top == null || top.isStructStart() ? "[...]" : json.getText();
        long seen = 0;
        if (top == JsonToken.START_OBJECT) {
            seen = readObject(json);
        } else if (top == JsonToken.START_ARRAY) {
            skipNested(json, null);
        }
        if (top == null || json.nextToken() != null) {
            return refused("not_json", null, top == null ? "only white space" : "more text after the first value");
        }
        return top == JsonToken.START_OBJECT ? judge(seen) : refused("not_an_object", null, shown);
    }

    /** Read the top object into the row; return one bit for each contract field seen. */
    private long readObject(JsonParser json) throws IOException {
        long seen = 0;
        Set<String> others = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            Contract.Field field = contract.byName.get(name);
            boolean first;
            if (field == null) {
                others = others == null ? new HashSet<>() : others;
                first = others.add(name);
            } else {
                first = (seen & 1L << field.index()) == 0;
                seen |= 1L << field.index();
            }
            note(name, name, first);
            JsonToken token = json.nextToken();
            if (field != null) {
                readField(json, token, field);
            }
            if (token.isStructStart()) {
                skipNested(json, name);
            } else if (escapes && token == JsonToken.VALUE_STRING) {
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
            } else if (escapes && token == JsonToken.VALUE_STRING) {
                note(topField, json.getText(), true);
            }
        }
    }

    /** Note the first repeated name and the first text with a forbidden character. */
    private void note(String topField, String words, boolean first) {
        if (!first && repeated == null) {
            repeated = words;
        }
        if (escapes && forbiddenText == null && words.codePoints().anyMatch(Decoder::isForbidden)) {
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
            row.setField(field.column(), StringData.fromString(json.getText()));
        } else if (token == JsonToken.VALUE_NUMBER_INT && type.equals("INT")) {
            readInt(json, field);
        } else if (token.isNumeric() && type.equals("DOUBLE")) {
            readDouble(json, field);
        } else {
            blame(field, "wrong_type", shortened(json, token));
        }
    }

    private void readInt(JsonParser json, Contract.Field field) throws IOException {
        long number = json.getTextLength() > "-2147483648".length() ? Long.MAX_VALUE : json.getLongValue();
        if (number == (int) number) {
            row.setField(field.column(), (int) number);
        } else {
            blame(field, "out_of_range", json.getText());
        }
    }

    private void readDouble(JsonParser json, Contract.Field field) throws IOException {
        double number = Double.parseDouble(json.getText());
        if (Double.isFinite(number)) {
            row.setField(field.column(), number);
        } else {
            blame(field, "out_of_range", json.getText());
        }
    }

    private static String shortened(JsonParser json, JsonToken token) throws IOException {
        return token == JsonToken.START_OBJECT ? "{...}" : token == JsonToken.START_ARRAY ? "[...]" : json.getText();
    }

    /** Keep the fault of the field that stands first in the contract. */
    private void blame(Contract.Field field, String reason, String value) {
        if (field.index() < faultIndex) {
            faultIndex = field.index();
            fault = refused(reason, field.name(), value);
        }
    }

    private GenericRowData judge(long seen) {
        if (repeated != null) {
            return refused("duplicate_field", repeated, null);
        }
        if (forbiddenText != null) {
            return refused("forbidden_character", forbiddenField, forbiddenText);
        }
        int missing = Long.numberOfTrailingZeros(contract.required & ~seen);
        if (missing < faultIndex) {
            return refused("missing_field", contract.fields.get(missing).name(), null);
        }
        return faultIndex < Long.SIZE ? fault : completed(seen);
    }

    private GenericRowData completed(long seen) {
        for (Contract.Field field : contract.fields) {
            if (field.optional()) {
                row.setField(field.column() + 1, (seen & 1L << field.index()) != 0);
            }
        }
        return row;
    }

    private GenericRowData refused(String reason, String field, String value) {
        GenericRowData refused = new GenericRowData(contract.arity);
        refused.setField(0, StringData.fromString(reason));
        refused.setField(1, StringData.fromString(shown(field)));
        refused.setField(2, StringData.fromString(shown(value)));
        return refused;
    }

    /** Shorten a text to {@code MAX_SHOWN} characters that every sink takes. */
    private static String shown(String words) {
        if (words == null) {
            return null;
        }
        int[] points = words.codePoints().limit(MAX_SHOWN + 1).map(point -> isForbidden(point) ? 0xFFFD : point).toArray();
        boolean fits = points.length <= MAX_SHOWN;
        return fits ? new String(points, 0, points.length) : new String(points, 0, MAX_SHOWN - 1) + "…";
    }

    /** NUL, which Postgres refuses, and surrogates without a partner, which no UTF-8 holds. */
    private static boolean isForbidden(int point) {
        return point == 0 || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
