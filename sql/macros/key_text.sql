{#- A Postgres index takes keys of at most 2700 bytes, and one longer text would end the job again and again:
    of texts longer than 300 characters the first 268 stand, and a hash that keeps them apart. -#}
{%- macro key_text(column) -%}
CASE WHEN CHAR_LENGTH({{ column }}) > 300 THEN LEFT({{ column }}, 268) || MD5({{ column }}) ELSE {{ column }} END
{%- endmacro %}
