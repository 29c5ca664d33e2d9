package pinflow;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;

/** The characters of one body after another, in memory that is reused. */
final class Text {
    static final int MAX_SHOWN = 200;

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private CharBuffer buffer = CharBuffer.allocate(4096);
    private MemorySegment[] body;
    private int charAt;
    private int byteAt;

    /** True when the body has a {@code \\u} escape, so that a forbidden character may hide in it. */
    boolean escapes;
    /** Position of a {@code \\u} escape with a letter that Jackson mistakes for a digit, or -1. */
    int badEscape;

    /** Take the body over; return the position of the first byte that is not UTF-8, or -1. */
    int read(byte[] body) {
        this.body = new MemorySegment[] {MemorySegmentFactory.wrap(body)};
        charAt = byteAt = 0;
        if (buffer.capacity() < body.length) {
            buffer = CharBuffer.allocate(body.length);
        }
        ByteBuffer bytes = ByteBuffer.wrap(body);
        boolean valid = utf8.reset().decode(bytes, buffer.clear(), true).isUnderflow();
        buffer.flip();
        findEscapes();
        return valid ? -1 : bytes.position();
    }

    /**
     * Give the bytes of the body that are these characters, without a copy; to be asked in the order of the characters.
     */
    StringData slice(int offset, int length) {
        int from = byteOf(offset);
        return BinaryStringData.fromAddress(body, from, byteOf(offset + length) - from);
    }

    /** A character outside the basic plane is two here, of two bytes each. */
    private int byteOf(int offset) {
        char[] chars = chars();
        for (; charAt < offset; charAt++) {
            char c = chars[charAt];
            byteAt += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return byteAt;
    }

    char[] chars() {
        return buffer.array();
    }

    int length() {
        return buffer.limit();
    }

    private void findEscapes() {
        char[] chars = chars();
        int length = length();
        escapes = false;
        badEscape = -1;
        for (int i = 0; i + 1 < length; i++) {
            if (chars[i] == '\\' && chars[++i] == 'u') {
                escapes = true;
                for (int digit = i + 1; digit < Math.min(i + 5, length); digit++) {
                    badEscape = chars[digit] > 127 && badEscape < 0 ? i - 1 : badEscape;
                }
            }
        }
    }

    /** Shorten words to {@code MAX_SHOWN} characters that every sink takes. */
    static String shown(String words) {
        if (words == null) {
            return null;
        }
        int[] points = words.codePoints()
                .limit(MAX_SHOWN + 1)
                .map(point -> isForbidden(point) ? 0xFFFD : point)
                .toArray();
        boolean fits = points.length <= MAX_SHOWN;
        return fits ? new String(points, 0, points.length) : new String(points, 0, MAX_SHOWN - 1) + "…";
    }

    /** A plain loop: streams cost a tenth of decoding where most texts hold escapes. */
    static boolean hasForbidden(String words) {
        for (int at = 0; at < words.length(); at += Character.charCount(words.codePointAt(at))) {
            if (isForbidden(words.codePointAt(at))) {
                return true;
            }
        }
        return false;
    }

    /** NUL, which Postgres refuses, and surrogates without a partner, which no UTF-8 holds. */
    static boolean isForbidden(int point) {
        return point == 0 || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
