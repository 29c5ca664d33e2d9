{#- What a number may be is said here alone: the count keeps what lies outside apart, the check rejects it. -#}
{%- set limits = {"age": "0 AND 150", "downloaded": "0 AND 1", "latitude": "-90 AND 90", "longitude": "-180 AND 180"} -%}
{%- macro outside(column) -%}
{{ column }} NOT BETWEEN {{ limits[column] }}
{%- endmacro %}
