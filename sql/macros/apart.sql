{#- Records that cannot be decoded have no number; they are counted over a thousand keys, apart from all others. So are
    those that break a limit: once it is widened, the same record sent again must be the first of its kind. -#}
{%- macro apart(breaks) -%}
CASE WHEN error IS NOT NULL OR {{ breaks }} THEN MOD(kafka_offset, 1000) END
{%- endmacro %}
