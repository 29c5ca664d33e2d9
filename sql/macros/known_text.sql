{#- A placeholder, an empty or a blank text means unknown; every other text stays as it is (domain: cleaning 1 and 7). -#}
{%- macro known_text(column, placeholders=()) -%}
KNOWN_TEXT({{ column }}{% for placeholder in placeholders %}, '{{ placeholder }}'{% endfor %})
{%- endmacro %}
