"""What clients of the REST Proxy v2 form look up: topics, their partitions and settings, brokers."""

import asyncio
import time
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]
from fastapi import APIRouter, Response
from pydantic import BaseModel

from catalog.names import Stream
from catalog.settings import Kafka
from ingest.forms.describe import LOOKS, answered, refusals
from ingest.forms.rest_answers import RestError, RestResponse, address_of, answer_json
from ingest.outcomes import OUT_OF_REACH, AwayError
from ingest.writer import Writer

CONFIGS_SECONDS = 60.0
"""How long a topic's settings are taken as read."""
ANSWER_SECONDS = 1.5


class Replica(BaseModel):
    """Describe one copy of a partition."""

    broker: int
    leader: bool
    in_sync: bool


class Partition(BaseModel):
    """Describe a partition."""

    partition: int
    leader: int
    replicas: list[Replica]


class Topic(BaseModel):
    """Describe the topic that a name leads to."""

    name: str
    configs: dict[str, str]
    partitions: list[Partition]


class Brokers(BaseModel):
    """List the numbers of Kafka's brokers."""

    brokers: list[int]


class TopicConfigs:
    """Read the settings of topics from the broker and remember them for a while."""

    def __init__(self, kafka: Kafka) -> None:
        self._admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
        self._known: dict[Stream, tuple[float, dict[str, str]]] = {}

    async def of(self, stream: Stream) -> dict[str, str]:
        """Give the settings of a stream's topic; raises AwayError when the broker does not tell them."""
        read_at, configs = self._known.get(stream, (float("-inf"), {}))
        if time.monotonic() - read_at > CONFIGS_SECONDS:
            try:
                configs = await asyncio.to_thread(self._read, stream)
            except KafkaException as fault:
                raise AwayError(OUT_OF_REACH) from fault
            self._known[stream] = (time.monotonic(), configs)
        return configs

    def _read(self, stream: Stream) -> dict[str, str]:
        resource = ConfigResource(ConfigResource.Type.TOPIC, stream.value)
        answers = self._admin.describe_configs([resource], request_timeout=ANSWER_SECONDS)
        entries = answers[resource].result().values()
        return {entry.name: entry.value for entry in entries if entry.value is not None}


def router(writer: Writer, kafka: Kafka) -> APIRouter:
    """Make the routes that only look."""
    routes = APIRouter(
        tags=["REST Proxy v2"], default_response_class=RestResponse, responses=refusals(RestError, *LOOKS)
    )
    configs = TopicConfigs(kafka)

    @routes.get("/topics", summary="List topics", responses=answered(list[str], "Names of topics"))
    async def topics() -> Response:
        """List the topics that clients can write to."""
        return answer_json(sorted(Stream))

    @routes.get(
        "/topics/{name}",
        summary="Describe a topic",
        responses=answered(Topic, "The topic") | refusals(RestError, 404, 422, 503),
    )
    async def topic(name: str) -> Response:
        """Describe the topic that a name leads to."""
        stream, _ = address_of(name)
        if writer.cluster is None:
            raise AwayError(OUT_OF_REACH)
        partitions = _partitions(writer, stream)
        return answer_json({"name": name, "configs": await configs.of(stream), "partitions": partitions})

    @routes.get("/brokers", summary="List brokers", responses=answered(Brokers, "The brokers"))
    async def brokers() -> Response:
        """List the numbers of Kafka's brokers; none while Kafka is away."""
        return answer_json({"brokers": sorted(writer.cluster.brokers) if writer.cluster else []})

    return routes


def _partitions(writer: Writer, stream: Stream) -> list[dict[str, Any]]:
    described = writer.cluster.topics.get(stream) if writer.cluster else None
    return [
        {
            "partition": partition.id,
            "leader": partition.leader,
            "replicas": [
                {
                    "broker": broker,
                    "leader": broker == partition.leader,
                    "in_sync": broker in partition.isrs,
                }
                for broker in partition.replicas
            ],
        }
        for partition in (described.partitions.values() if described else ())
    ]
