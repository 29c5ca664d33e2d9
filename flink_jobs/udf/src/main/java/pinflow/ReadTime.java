package pinflow;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code read_time(text)}: the time in UTC that a text tells, to the microsecond; null when it tells none, or none of the years 1 to
 * 9999 (domain: cleaning 6).
 *
 * <p>Taken are {@code 2018-12-17 16:38:52}, {@code 2018-12-17T16:38:52} and {@code 2018:12:17 16:38:52}, all UTC, and RFC 3339 with
 * its zone. Flink's casts turn 30 February into the 28th, and cost more than all other cleaning.
 */
public final class ReadTime extends ScalarFunction {
    private static final long serialVersionUID = 1L;
    private static final int CLOCK_ENDS = "2018-12-17 16:38:52".length();
    private static final int ZONE = "+01:00".length();
    private static final int DAY_SECONDS = 86_400;
    private static final long FIRST = LocalDate.of(1, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    private static final long LAST = LocalDate.of(9999, 12, 31).atTime(23, 59, 59).toEpochSecond(ZoneOffset.UTC);

    private transient BinaryStringData text;
    private transient int size;

    /** Give the time of a text. */
    public @DataTypeHint(value = "TIMESTAMP(6)", bridgedTo = TimestampData.class) TimestampData eval(
            @DataTypeHint(value = "STRING", bridgedTo = StringData.class) StringData given) {
        if (given == null) {
            return null;
        }
        text = (BinaryStringData) given;
        text.ensureMaterialized();
        size = text.getSizeInBytes();
        if (size < CLOCK_ENDS || !hasMarks()) {
            return null;
        }
        int day = day();
        int second = clock(11, true);
        if (day == Integer.MIN_VALUE || second < 0) {
            return null;
        }
        long local = (long) day * DAY_SECONDS + second;
        if (size == CLOCK_ENDS) {
            return text.byteAt(10) == 't' ? null : at(local, 0);
        }
        return text.byteAt(4) == ':' ? null : atZone(local);
    }

    private boolean hasMarks() {
        byte mark = text.byteAt(4);
        byte middle = text.byteAt(10);
        return text.byteAt(7) == mark
                && (mark == '-' && (middle == ' ' || middle == 'T' || middle == 't') || mark == ':' && middle == ' ');
    }

    /** Give the day since 1970, or the least number when there is no such day. */
    private int day() {
        int year = number(0, 4);
        int month = number(5, 2);
        int day = number(8, 2);
        boolean real = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth();
        return real ? (int) LocalDate.of(year, month, day).toEpochDay() : Integer.MIN_VALUE;
    }

    /** Give the seconds of a clock time, with or without its own seconds, or -1. */
    private int clock(int at, boolean withSeconds) {
        int hour = number(at, 2);
        int minute = number(at + 3, 2);
        int second = withSeconds ? number(at + 6, 2) : 0;
        boolean marked = text.byteAt(at + 2) == ':' && (!withSeconds || text.byteAt(at + 5) == ':');
        boolean real = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        return marked && real ? 3600 * hour + 60 * minute + second : -1;
    }

    private TimestampData atZone(long local) {
        int at = CLOCK_ENDS;
        int micros = 0;
        if (text.byteAt(at) == '.') {
            int place = 100_000;
            for (at++; at < size && number(at, 1) >= 0; at++, place /= 10) {
                micros += number(at, 1) * place;
            }
            if (at == CLOCK_ENDS + 1) {
                return null;
            }
        }
        int left = size - at;
        byte sign = left == 0 ? 0 : text.byteAt(at);
        if (left == 1 && (sign == 'Z' || sign == 'z')) {
            return at(local, micros);
        }
        int shift = left == ZONE && (sign == '+' || sign == '-') ? clock(at + 1, false) : -1;
        return shift < 0 ? null : at(sign == '+' ? local - shift : local + shift, micros);
    }

    /** Give the number that so many digits tell, or -1. */
    private int number(int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = text.byteAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    private static TimestampData at(long second, int micros) {
        boolean inYears = second >= FIRST && second <= LAST;
        return inYears ? TimestampData.fromEpochMillis(second * 1000 + micros / 1000, micros % 1000 * 1000) : null;
    }
}
