-- One row: one pin with its columns cleaned; an unreadable follower_count is null beside its text.
-- Key: kafka_topic, kafka_partition, kafka_offset.
-- Late rows: nothing here depends on order.
-- Read by: pin_counted.
{% from 'apart.sql' import apart %}
{% from 'known_text.sql' import known_text %}
{% from 'read_count.sql' import read_count %}
{% from 'outside.sql' import outside %}
SELECT
    kafka_topic,
    kafka_partition,
    kafka_offset,
    accepted_at,
    arrival,
    owner,
    event_id,
    message_key,
    headers,
    body,
    error,
    error_field,
    error_value,
    {{ apart(outside('downloaded')) }} AS apart,
    `index` AS ind,
    {{ known_text('unique_id') }} AS unique_id,
    {{ known_text('title', ['No Title Data Available']) }} AS title,
    {{ known_text('description', ['No description available Story format', 'No description available']) }} AS description,
    {{ known_text('follower_count', ['User Info Error']) }} AS follower_text,
    {{ read_count('follower_count') }} AS follower_count,
    {{ known_text('poster_name', ['User Info Error']) }} AS poster_name,
    poster_name_present,
    {{ known_text('tag_list', ['N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e']) }} AS tag_list,
    {{ known_text('is_image_or_video') }} AS is_image_or_video,
    {{ known_text('image_src', ['Image src error.']) }} AS image_src,
    CASE
        WHEN save_location LIKE 'Local save in /%' THEN SUBSTRING(save_location, 15)
        WHEN save_location LIKE 'Local save in %' THEN {{ known_text("SUBSTRING(save_location, 15)") }}
        ELSE {{ known_text("save_location") }}
    END AS save_location,
    {{ known_text('category') }} AS category,
    downloaded
FROM pin_read
