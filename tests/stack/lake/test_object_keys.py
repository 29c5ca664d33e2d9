"""The object store's writer changes objects and makes no bucket, its reader only reads, others do nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr

from catalog.objects import open_objects
from catalog.settings import S3, Settings

KEY = "keys/one"
Open = Callable[[S3], Any]


@pytest.fixture
def opened(services: Settings) -> Iterator[Open]:
    with ExitStack() as stack:
        own = stack.enter_context(open_objects(services.s3))
        own.put_object(Bucket="lake", Key=KEY, Body=b"one")
        yield lambda s3: stack.enter_context(open_objects(s3))
        own.delete_object(Bucket="lake", Key=KEY)


def refused(call: Callable[..., Any], **words: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**words)
    return str(error.value.response["Error"]["Code"])


def test_the_writer_changes_objects_and_makes_no_bucket(services: Settings, opened: Open) -> None:
    client = opened(services.s3.as_writer)
    client.put_object(Bucket="lake", Key="keys/two", Body=b"two")
    assert client.list_objects_v2(Bucket="lake", Prefix="keys/")["KeyCount"] == 2
    client.delete_object(Bucket="lake", Key="keys/two")
    assert refused(client.create_bucket, Bucket="other") == "AccessDenied"


def test_the_reader_only_reads(services: Settings, opened: Open) -> None:
    client = opened(services.s3.as_reader)
    assert client.list_objects_v2(Bucket="lake", Prefix="keys/")["KeyCount"] == 1
    with client.get_object(Bucket="lake", Key=KEY)["Body"] as body:
        assert body.read() == b"one"
    assert refused(client.put_object, Bucket="lake", Key=KEY, Body=b"") == "AccessDenied"
    assert refused(client.delete_object, Bucket="lake", Key=KEY) == "AccessDenied"
    assert refused(client.create_bucket, Bucket="other") == "AccessDenied"


def test_whoever_has_no_key_is_refused(services: Settings, opened: Open) -> None:
    unknown = services.s3.model_copy(update={"access_key": SecretStr("x"), "secret_key": SecretStr("x")})
    assert refused(opened(unknown).get_object, Bucket="lake", Key=KEY) == "InvalidAccessKeyId"
