{#- Digits, with thousands separators, decimals and k, M or B if need be, as a whole number 0..2^31-1; null when the text is
    anything else (domain: cleaning 2). -#}
{%- macro read_count(column) -%}
CASE
        WHEN REGEXP({{ column }}, '^([0-9]{1,3}(,[0-9]{3})+|[0-9]+)([.](?=[0-9])[0-9]{0,9}0*)?[kKmMbB]?\z')
            THEN WHOLE_NUMBER({{ column }})
    END
{%- endmacro %}
