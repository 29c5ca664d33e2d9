{#- Digits, with thousands separators, decimals and k, M or B if need be, as a whole number 0..2^31-1; null when the text is
    anything else (domain: cleaning 2). More than nine significant decimals cannot give a whole number.
    Limits are compared, because Flink's casts to INT wrap around. -#}
{%- macro read_count(column) -%}
CASE
        WHEN REGEXP({{ column }}, '^[0-9]{1,3}[kM]?\z')
            THEN CAST({{ _times_factor(column, "INT") }} AS INT)
        WHEN REGEXP({{ column }}, '^([0-9]{1,3}(,[0-9]{3})+|[0-9]+)([.](?=[0-9])[0-9]{0,9}0*)?[kKmMbB]?\z')
            AND MOD({{ _times_factor(column, "DECIMAL(20, 9)") }}, 1) = 0
            AND {{ _times_factor(column, "DECIMAL(20, 9)") }} <= 2147483647
            THEN CAST({{ _times_factor(column, "DECIMAL(20, 9)") }} AS INT)
    END
{%- endmacro -%}
{%- macro _times_factor(column, type) -%}
TRY_CAST(TRANSLATE({{ column }}, ',kKmMbB', '') AS {{ type }})
            * CASE UPPER(RIGHT({{ column }}, 1)) WHEN 'K' THEN 1000 WHEN 'M' THEN 1000000 WHEN 'B' THEN 1000000000 ELSE 1 END
{%- endmacro %}
