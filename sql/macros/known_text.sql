{#- A placeholder, an empty or a blank text means unknown; every other text stays as it is (domain: cleaning 1 and 7).
    Blank text begins below '!' or with a no-break space, so that few texts are trimmed. -#}
{%- macro known_text(column, placeholders=()) -%}
CASE
        WHEN ({{ column }} < '!' OR {{ column }} LIKE U&'\00A0%')
            AND TRIM(BOTH U&' \0009\000A\000B\000C\000D\00A0' FROM {{ column }}) = '' THEN CAST(NULL AS STRING)
        {%- for placeholder in placeholders %}
        WHEN {{ column }} = '{{ placeholder }}' THEN CAST(NULL AS STRING)
        {%- endfor %}
        ELSE {{ column }}
    END
{%- endmacro %}
