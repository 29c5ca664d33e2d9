{#- Three spellings without zone, all UTC, or RFC 3339 with zone; null when the text is neither, or no real time (domain: cleaning 6).
    Dates are checked by the patterns, because Flink's casts turn 30 February into 28 February. -#}
{%- macro _date(mark) -%}
(?!0000)([0-9]{4}{{ mark }}((0[1-9]|1[0-2]){{ mark }}(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2]){{ mark }}(29|30)|(0[13578]|1[02]){{ mark }}31)
{#- -#}
|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00){{ mark }}02{{ mark }}29)
{%- endmacro -%}
{%- set clock = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]' -%}
{%- set zone = '([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])' -%}
{%- macro read_time(column) -%}
CASE
        WHEN REGEXP({{ column }}, '^{{ _date("-") }}[ T]{{ clock }}\z')
            THEN {{ _at_clock("SUBSTRING(" ~ column ~ ", 1, 10)", column) }}
        WHEN REGEXP({{ column }}, '^{{ _date(":") }} {{ clock }}\z')
            THEN {{ _at_clock("REPLACE(SUBSTRING(" ~ column ~ ", 1, 10), ':', '-')", column) }}
        WHEN REGEXP({{ column }}, '^{{ _date("-") }}[ Tt]{{ clock }}([.][0-9]+)?{{ zone }}\z')
            AND {{ _shift_to_utc(column) }}
            BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999'
            THEN {{ _shift_to_utc(column) }}
    END
{%- endmacro -%}
{#- A cast to TIMESTAMP goes through a general parser that costs more than all other cleaning; one to DATE does not. -#}
{%- macro _at_clock(date, column) -%}
TIMESTAMPADD(
                SECOND,
                3600 * CAST(SUBSTRING({{ column }}, 12, 2) AS INT) + 60 * CAST(SUBSTRING({{ column }}, 15, 2) AS INT)
                + CAST(SUBSTRING({{ column }}, 18, 2) AS INT),
                CAST(CAST({{ date }} AS DATE) AS TIMESTAMP(6))
            )
{%- endmacro -%}
{%- macro _shift_to_utc(column) -%}
TIMESTAMPADD(
                MINUTE,
                CASE
                    WHEN RIGHT({{ column }}, 1) IN ('Z', 'z') THEN 0
                    ELSE -60 * CAST(LEFT(RIGHT({{ column }}, 6), 3) AS INT)
                        - CAST(LEFT(RIGHT({{ column }}, 6), 1) || RIGHT({{ column }}, 2) AS INT)
                END,
                CAST(
                    SUBSTRING({{ column }}, 1, 10) || ' ' || SUBSTRING({{ column }}, 12, 8)
                    || IFNULL(REGEXP_EXTRACT({{ column }}, '([.][0-9]{1,6})', 1), '') AS TIMESTAMP(6)
                )
            )
{%- endmacro %}
