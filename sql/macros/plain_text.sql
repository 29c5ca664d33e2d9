{#- A header may hold any bytes: NUL, which Postgres refuses, is replaced as bytes that are no text are. Cut, as an index may stand on it. -#}
{%- macro plain_text(column) -%}
REPLACE(LEFT({{ column }}, 500), U&'\0000', U&'\FFFD')
{%- endmacro %}
