package pinflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class ReadTimeTest {
    private final ReadTime function = new ReadTime();

    @Test
    void everySpellingTellsTheSameTime() {
        for (String text : List.of(
                "2018-12-17 16:38:52", "2018-12-17T16:38:52", "2018:12:17 16:38:52", "2018-12-17T16:38:52Z", "2018-12-17t16:38:52z",
                "2018-12-17 16:38:52.000+00:00", "2018-12-17T22:08:52+05:30", "2018-12-16T16:38:53-23:59")) {
            String told = text.endsWith("-23:59") ? "2018-12-17T16:37:53" : "2018-12-17T16:38:52";
            assertEquals(LocalDateTime.parse(told), read(text), text);
        }
    }

    @Test
    void fractionsAreCutToMicroseconds() {
        Map.of(".1", 100_000_000, ".123456789", 123_456_000, ".000001", 1_000, ".0000009", 0)
                .forEach((fraction, nanos) -> assertEquals(
                        LocalDateTime.of(1969, 12, 31, 23, 59, 59, nanos), read("1969-12-31T23:59:59" + fraction + "Z"), fraction));
    }

    @Test
    void whatTellsNoTimeIsNone() {
        for (String text : List.of(
                "", "2018-12-17", "2018-12-17 16:38", "2018-12-17  6:38:52", "2018-12-17 16:38:52 ", "2018-12-17t16:38:52",
                "2018:12:17T16:38:52", "2018:12:17 16:38:52Z", "2018-12:17 16:38:52", "2018/12/17 16:38:52", "2018-13-01 00:00:00",
                "2018-00-01 00:00:00", "2018-01-00 00:00:00", "2018-02-29 00:00:00", "1900-02-29 00:00:00", "2018-04-31 00:00:00",
                "0000-01-01 00:00:00", "2018-12-17 24:00:00", "2018-12-17 16:60:52", "2018-12-17 16:38:60", "2018-12-17 16:38:52.5",
                "2018-12-17T16:38:52.Z", "2018-12-17T16:38:52+0530", "2018-12-17T16:38:52+24:00", "2018-12-17T16:38:52+05:60",
                "2018-12-17T16:38:52ZZ", "2018-12-17T16:38:52+05:3", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
                "２018-12-17 16:38:52", "2018-12-17 16.38.52", "not a time, but a long text")) {
            assertNull(read(text), text);
        }
        assertNull(function.eval(null));
    }

    @Test
    void anyTimeIsReadAsJavaReadsIt() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            OffsetDateTime time = OffsetDateTime.of(
                    LocalDateTime.ofEpochSecond(random.nextLong(-62_000_000_000L, 253_000_000_000L), 1_000 * random.nextInt(1_000_000),
                            ZoneOffset.UTC),
                    ZoneOffset.ofTotalSeconds(60 * random.nextInt(-18 * 60, 18 * 60 + 1)));
            String text = time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx"));
            assertEquals(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), read(text), text);
        }
    }

    @Test
    void noTextOfTheseCharactersIsTooMuch() {
        Random random = new Random(8);
        String characters = "0123456789-: TtZz.+ä";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder("2018-12-17T16:38:52.5+01:00".substring(0, random.nextInt(28)));
            for (int changes = random.nextInt(4); changes > 0 && !text.isEmpty(); changes--) {
                text.setCharAt(random.nextInt(text.length()), characters.charAt(random.nextInt(characters.length())));
            }
            read(text.toString());
        }
    }

    private LocalDateTime read(String text) {
        TimestampData time = function.eval(StringData.fromString(text));
        return time == null ? null : time.toLocalDateTime();
    }
}
