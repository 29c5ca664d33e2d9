"""The REST Proxy v2 form: `POST /topics/<owner>.pin|geo|user` and what its clients look up beside it."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from catalog.names import Door, Stream
from catalog.settings import Ingest
from ingest.bodies import TooLargeError, read_body
from ingest.forms.rest_body import BodyError, read_records
from ingest.outcomes import AwayError, Failure, Outcome
from ingest.records import Source, addressed
from ingest.writer import Writer

PRODUCE_TYPE = "application/vnd.kafka.json.v2+json"
ANSWER_TYPE = "application/vnd.kafka.v2+json"
UNKNOWN_TOPIC = 40401
KAFKA_AWAY = 50302
REFUSED = 50002
REFUSED_FOR_NOW = 50003

_PLACED = '{"partition":%d,"offset":%d,"error_code":null,"error":null}'


def router(writer: Writer, settings: Ingest) -> APIRouter:
    """Make the routes of the form."""
    routes = APIRouter()

    @routes.post("/topics/{name}")
    async def produce(name: str, request: Request) -> Response:
        """Store records and answer with their places once Kafka has acknowledged them."""
        try:
            return await _produced(name, request, writer, settings.max_body_bytes)
        except BodyError as refusal:
            return _error(refusal.status, refusal.status, refusal.message)
        except TooLargeError:
            return _error(413, 413, f"The request body may not exceed {settings.max_body_bytes} bytes")
        except AwayError as away:
            return _error(503, KAFKA_AWAY, str(away))
        except ClientDisconnect:
            return Response(status_code=400)

    @routes.get("/topics")
    async def topics() -> Response:
        """List the topics that clients can write to."""
        return _json(sorted(Stream))

    @routes.get("/topics/{name}")
    async def topic(name: str) -> Response:
        """Describe the topic that a name leads to."""
        address = addressed(name)
        if address is None:
            return _unknown_topic()
        if writer.cluster is None:
            return _error(503, KAFKA_AWAY, "Kafka is not available")
        return _json({"name": name, "configs": {}, "partitions": _partitions(writer, address[0])})

    @routes.get("/brokers")
    async def brokers() -> Response:
        """List the numbers of Kafka's brokers."""
        return _json({"brokers": sorted(writer.cluster.brokers) if writer.cluster else []})

    return routes


async def _produced(name: str, request: Request, writer: Writer, max_body_bytes: int) -> Response:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != PRODUCE_TYPE:
        return _error(415, 415, "HTTP 415 Unsupported Media Type")
    address = addressed(name)
    if address is None:
        return _unknown_topic()
    body = await read_body(request, max_body_bytes)
    outcomes = await writer.write(read_records(body, Source(*address, Door.REST)))
    return Response(_answer(outcomes), media_type=ANSWER_TYPE)


def _answer(outcomes: list[Outcome]) -> str:
    places = ",".join(_refused(each) if type(each) is Failure else _PLACED % each for each in outcomes)
    return f'{{"offsets":[{places}],"key_schema_id":null,"value_schema_id":null}}'


def _refused(failure: Failure) -> str:
    code = REFUSED_FOR_NOW if failure.retriable else REFUSED
    return json.dumps({"partition": None, "offset": None, "error_code": code, "error": failure.message})


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


def _unknown_topic() -> Response:
    return _error(404, UNKNOWN_TOPIC, "Topic not found.")


def _error(status: int, code: int, message: str) -> Response:
    return _json({"error_code": code, "message": message}, status)


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content), status, media_type=ANSWER_TYPE)
