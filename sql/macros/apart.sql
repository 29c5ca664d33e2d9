{#- Records that cannot be decoded have no number; they are counted over a thousand keys, apart from all others. -#}
{%- macro apart() -%}
CASE WHEN error IS NOT NULL THEN MOD(kafka_offset, 1000) END
{%- endmacro %}
