"""The door to the object store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

from catalog.settings import S3


@contextmanager
def open_objects(s3: S3) -> Iterator[Any]:
    """Open a client of the object store (boto3's, for S3), and close it when the block ends."""
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        region_name=s3.region,
        aws_access_key_id=s3.access_key.get_secret_value(),
        aws_secret_access_key=s3.secret_key.get_secret_value(),
        config=Config(connect_timeout=5, s3={"addressing_style": "path"}),
    )
    try:
        yield client
    finally:
        client.close()


def sizes(client: Any, bucket: str, prefix: str) -> dict[str, int]:
    """List the objects whose keys begin with a prefix, with their sizes in bytes."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", ())}
