import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from ingest.forms.stream_names import sequence_place
from tests.ingest.log_reader import ends, read
from tests.servers.kafka_broker import Broker

PIN = "streaming-126ca3664fbb-pin"


@pytest.fixture(scope="module")
def kinesis(url: str) -> Iterator[Any]:
    client = boto3.client(
        "kinesis",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield client
    client.close()


def fetched(kinesis: Any, stream: str, **start: Any) -> list[dict[str, Any]]:
    """Read every shard of a stream from a place to its end."""
    records = []
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        place = {"ShardIteratorType": "TRIM_HORIZON"} | start
        asked = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard["ShardId"], **place)
        records += drained(kinesis, asked["ShardIterator"])
    return records


def drained(kinesis: Any, iterator: str) -> list[dict[str, Any]]:
    records = []
    while True:
        page = kinesis.get_records(ShardIterator=iterator)
        records += page["Records"]
        if not page["MillisBehindLatest"]:
            return records
        iterator = page["NextShardIterator"]


def error_of(call: Any, **arguments: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def put(kinesis: Any, stream: str, data: bytes, key: str = "k") -> dict[str, Any]:
    answer: dict[str, Any] = kinesis.put_record(StreamName=stream, Data=data, PartitionKey=key)
    return answer


def test_a_sequence_number_tells_the_place_in_kafka(kinesis: Any, broker: Broker) -> None:
    data = b'{ "index" : 7528, "title": "\xe2\x80\xa6" }'
    answer = put(kinesis, PIN, data, "partition-1")
    partition, offset = sequence_place(answer["SequenceNumber"])
    assert answer["ShardId"] == f"shardId-{partition:012d}"
    (record, *_) = read(broker.settings, "pin", ends(broker.settings, "pin") | {partition: offset})
    assert (record.offset, record.value, record.key) == (offset, data, b"7528")
    headers = dict(record.headers)
    assert (headers["owner"], headers["door"]) == (b"126ca3664fbb", b"kinesis")
    assert headers["client_key"] == b"partition-1"


def test_a_stream_is_created_listed_described_and_deleted(kinesis: Any) -> None:
    kinesis.create_stream(StreamName="streaming-new-geo", ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName="streaming-new-geo")
    names = [
        name for page in kinesis.get_paginator("list_streams").paginate() for name in page["StreamNames"]
    ]
    assert {"streaming-new-geo", "pin", "geo", "user"} <= set(names)
    described = kinesis.describe_stream(StreamName="streaming-new-geo")["StreamDescription"]
    assert (described["StreamStatus"], len(described["Shards"])) == ("ACTIVE", 4)
    by_arn = kinesis.describe_stream_summary(StreamARN=described["StreamARN"])["StreamDescriptionSummary"]
    assert (by_arn["StreamName"], by_arn["OpenShardCount"]) == ("streaming-new-geo", 4)
    again = error_of(kinesis.create_stream, StreamName="streaming-new-geo", ShardCount=1)
    assert again == ("ResourceInUseException", 400)
    kinesis.delete_stream(StreamName="streaming-new-geo")
    kinesis.get_waiter("stream_not_exists").wait(StreamName="streaming-new-geo")
    gone = error_of(kinesis.delete_stream, StreamName="streaming-new-geo")
    assert gone == ("ResourceNotFoundException", 400)


def test_a_deleted_stream_comes_back_with_the_next_record(kinesis: Any) -> None:
    kinesis.delete_stream(StreamName="user")
    put(kinesis, "user", b'{"ind":1}')
    assert "user" in kinesis.list_streams()["StreamNames"]


def test_lists_are_paged(kinesis: Any) -> None:
    first = kinesis.list_streams(Limit=1)
    assert first["HasMoreStreams"]
    second = kinesis.list_streams(Limit=1, NextToken=first["NextToken"])
    assert second["StreamNames"] > first["StreamNames"]
    pages = list(
        kinesis.get_paginator("list_shards").paginate(StreamName="all", PaginationConfig={"PageSize": 5})
    )
    assert sum(len(page["Shards"]) for page in pages) == 16


def test_500_records_are_put_and_read_back_by_their_owner_alone(kinesis: Any) -> None:
    put(kinesis, "streaming-other-user", b'{"ind":0}')
    sent = [json.dumps({"ind": number}).encode() for number in range(500)]
    answer = kinesis.put_records(
        StreamName="streaming-five-user",
        Records=[{"Data": each, "PartitionKey": f"k{each!r}"} for each in sent],
    )
    assert answer["FailedRecordCount"] == 0
    records = fetched(kinesis, "streaming-five-user")
    by_number = {record["SequenceNumber"]: record for record in records}
    assert len(by_number) == len(records) == 500
    in_order = [by_number[result["SequenceNumber"]] for result in answer["Records"]]
    assert [record["Data"] for record in in_order] == sent
    assert [record["PartitionKey"] for record in in_order] == [f"k{each!r}" for each in sent]


def test_a_record_that_is_too_large_fails_alone(kinesis: Any) -> None:
    records = [{"Data": data, "PartitionKey": "k"} for data in (b"{}", b"x" * 1_000_000, b"{}")]
    answer = kinesis.put_records(StreamName=PIN, Records=records)
    assert answer["FailedRecordCount"] == 1
    assert [each.get("ErrorCode") for each in answer["Records"]] == [None, "InternalFailure", None]
    alone = error_of(kinesis.put_record, StreamName=PIN, Data=b"x" * 1_000_000, PartitionKey="k")
    assert alone == ("ValidationException", 413)


def test_an_iterator_starts_where_it_was_asked_to(kinesis: Any) -> None:
    stream = "streaming-start-pin"
    sent = [put(kinesis, stream, b'{"index":7,"n":%d}' % number) for number in range(4)]
    shard = sent[0]["ShardId"]

    def numbers(**start: Any) -> list[int]:
        asked = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, **start)
        return [json.loads(record["Data"])["n"] for record in drained(kinesis, asked["ShardIterator"])]

    second = sent[1]["SequenceNumber"]
    assert numbers(ShardIteratorType="TRIM_HORIZON") == [0, 1, 2, 3]
    assert numbers(ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=second) == [1, 2, 3]
    assert numbers(ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=second) == [2, 3]
    assert numbers(ShardIteratorType="LATEST") == []
    assert numbers(ShardIteratorType="AT_TIMESTAMP", Timestamp=0) == [0, 1, 2, 3]
    assert numbers(ShardIteratorType="AT_TIMESTAMP", Timestamp=4_000_000_000) == []


def test_a_page_holds_no_more_than_was_asked_for(kinesis: Any) -> None:
    stream = "streaming-page-pin"
    (shard,) = {put(kinesis, stream, b'{"index":7}')["ShardId"] for _ in range(5)}
    asked = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    iterator, counts = asked["ShardIterator"], []
    for _ in range(3):
        page = kinesis.get_records(ShardIterator=iterator, Limit=2)
        iterator = page["NextShardIterator"]
        counts.append(len(page["Records"]))
    assert counts == [2, 2, 1]


@pytest.mark.parametrize(
    ("data", "topic"),
    [
        (b'{"index":1,"category":"art"}', "pin"),
        (b'{"ind":1,"latitude":1.0}', "geo"),
        (b'{"ind":1,"age":20}', "user"),
        (b'{"ind":1}', "unreadable"),
        (b"not json", "unreadable"),
        (b"[1]", "unreadable"),
    ],
)
def test_a_row_of_a_shared_stream_tells_where_it_goes(
    kinesis: Any, broker: Broker, data: bytes, topic: str
) -> None:
    before = ends(broker.settings, topic)
    number = put(kinesis, "Kinesis-Prod-Stream", data)["SequenceNumber"]
    (record,) = read(broker.settings, topic, before)
    shard, offset = sequence_place(number)
    assert (record.value, record.partition, record.offset) == (data, shard % 10_000, offset)
    assert data in [each["Data"] for each in fetched(kinesis, "Kinesis-Prod-Stream")]


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("", b"{}", "UnknownOperationException"),
        ("Kinesis_20131202.SplitShard", b"{}", "UnknownOperationException"),
        ("Kinesis_20131202.PutRecord", b"{", "SerializationException"),
        ("Kinesis_20131202.PutRecord", b"\xff", "SerializationException"),
        ("Kinesis_20131202.PutRecord", b"{}", "ValidationException"),
        ("Kinesis_20131202.PutRecord", b'{"Data":"e30=","PartitionKey":"k"}', "ValidationException"),
        (
            "Kinesis_20131202.PutRecord",
            b'{"StreamName":"pin","Data":"?","PartitionKey":"k"}',
            "ValidationException",
        ),
        (
            "Kinesis_20131202.PutRecord",
            b'{"StreamName":"pin","Data":"e30=","PartitionKey":""}',
            "ValidationException",
        ),
        (
            "Kinesis_20131202.PutRecord",
            b'{"StreamName":"a b","Data":"e30=","PartitionKey":"k"}',
            "ValidationException",
        ),
        ("Kinesis_20131202.PutRecords", b'{"StreamName":"pin","Records":[]}', "ValidationException"),
        ("Kinesis_20131202.GetRecords", b'{"ShardIterator":"x"}', "InvalidArgumentException"),
        (
            "Kinesis_20131202.GetShardIterator",
            b'{"StreamName":"pin","ShardId":"shardId-000000000009","ShardIteratorType":"LATEST"}',
            "ResourceNotFoundException",
        ),
        (
            "Kinesis_20131202.GetShardIterator",
            b'{"StreamName":"pin","ShardId":"shardId-000000000000","ShardIteratorType":"FIRST"}',
            "ValidationException",
        ),
    ],
)
def test_a_fault_has_the_name_that_amazon_gives_it(url: str, target: str, body: bytes, code: str) -> None:
    answer = requests.post(url, data=body, headers={"X-Amz-Target": target}, timeout=10)
    assert (answer.status_code, answer.json()["__type"]) == (400, code)
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.headers["x-amzn-RequestId"]


def test_501_records_are_refused_and_none_is_stored(url: str, broker: Broker) -> None:
    before = ends(broker.settings, "pin")
    body = {"StreamName": "pin", "Records": [{"Data": "e30=", "PartitionKey": "k"}] * 501}
    headers = {"X-Amz-Target": "Kinesis_20131202.PutRecords"}
    answer = requests.post(url, json=body, headers=headers, timeout=10)
    assert answer.json()["__type"] == "ValidationException"
    assert ends(broker.settings, "pin") == before


def test_the_largest_record_is_read_back(kinesis: Any) -> None:
    data = b'{"index":7,"title":"%b"}' % (b"x" * 990_000)
    put(kinesis, "streaming-large-pin", data)
    assert [record["Data"] for record in fetched(kinesis, "streaming-large-pin")] == [data]
