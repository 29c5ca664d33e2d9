"""Columns of the lake's tables, in order, with their Iceberg types."""

CATALOG = "lake"
NAMESPACE = "history"

PLACE: dict[str, str] = {
    "kafka_topic": "string",
    "kafka_partition": "int",
    "kafka_offset": "long",
    "accepted_at": "timestamptz",
    "owner": "string",
    "event_id": "string",
    "rules": "string",
}
"""Where a row came from; (kafka_topic, kafka_partition, kafka_offset) is its identity."""

TABLES: dict[str, dict[str, str]] = {
    "events": {
        **PLACE,
        "stream": "string",
        "outcome": "string",
        "reason": "string",
        "reason_detail": "string",
        "ind": "int",
        "message_key": "binary",
        "headers": "map<string, binary>",
        "body": "binary",
    },
    "pins": {
        "ind": "int",
        "unique_id": "string",
        "title": "string",
        "description": "string",
        "follower_count": "int",
        "poster_name": "string",
        "tag_list": "string",
        "is_image_or_video": "string",
        "image_src": "string",
        "save_location": "string",
        "category": "string",
        "downloaded": "int",
        "follower_tier": "string",
        "tags": "list<string>",
        "media_kind": "string",
        **PLACE,
    },
    "geos": {
        "ind": "int",
        "country": "string",
        "coordinates": "list<double>",
        "timestamp": "timestamptz",
        "country_code": "string",
        "continent": "string",
        "post_year": "int",
        **PLACE,
    },
    "users": {
        "ind": "int",
        "user_name": "string",
        "age": "int",
        "date_joined": "timestamptz",
        "age_group": "string",
        "join_year": "int",
        **PLACE,
    },
}
