"""The consumer calls of the REST Proxy v2 form: make a consumer, subscribe it, fetch, commit, delete it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from catalog.settings import Kafka
from ingest.bodies import content_type
from ingest.errors import Refusal, owner_of
from ingest.forms import rest_consumer_bodies as ask
from ingest.forms.consumer_instances import Instance, InstanceKey, Instances, Subscribed
from ingest.forms.describe import COMMON, JsonText, Schema, answered, body, refusals
from ingest.forms.rest_answers import NO_SUBSCRIPTION, NOT_ACCEPTABLE, RestError, RestResponse, address_of
from ingest.outcomes import OUT_OF_REACH, AwayError
from ingest.writer import Writer

RECORDS_TYPE = "application/vnd.kafka.json.v2+json"
BODY_TYPES = {"application/vnd.kafka.v2+json", RECORDS_TYPE, "application/json"}
ACCEPTED = {RECORDS_TYPE, "application/json", "application/*", "*/*", ""}
_NAME = re.compile(ask.NAME_PATTERN.strip("^$"))
RECORDS_SCHEMA: Schema = {"type": "array", "items": ask.Fetched.model_json_schema()}
INSTANCE = "/consumers/{group}/instances/{instance}"


class JsonRecordsResponse(JsonText):
    """Answer with the media type of records."""

    media_type = RECORDS_TYPE


def router(writer: Writer, kafka: Kafka) -> APIRouter:
    """Make the routes; consumers are let go of when the service ends."""
    instances = Instances(kafka)

    @asynccontextmanager
    async def lifespan(_: APIRouter) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(instances.sweep_forever())
        yield
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await instances.close()

    routes = APIRouter(
        tags=["REST Proxy v2 consumers"],
        default_response_class=RestResponse,
        lifespan=lifespan,
        responses=refusals(RestError, *COMMON, 404, 422),
    )
    _add_lives(routes, instances, writer)
    _add_subscriptions(routes, instances)
    _add_records(routes, instances)
    return routes


def _add_lives(routes: APIRouter, instances: Instances, writer: Writer) -> None:
    @routes.post(
        "/consumers/{group}",
        summary="Make a consumer",
        responses=answered(ask.Created, "The consumer's name and address") | refusals(RestError, 409, 415),
        openapi_extra=_body(ask.CREATE_SCHEMA),
    )
    async def create(group: str, request: Request) -> Response:
        """Make a consumer of the group; one that is not used for five minutes is deleted."""
        asked = ask.read(await _read(request), ask.Create)
        key = _key(request, group, asked.name)
        if writer.cluster is None:
            raise AwayError(OUT_OF_REACH)
        instances.create(key, asked.options())
        address = f"{request.base_url}consumers/{group}/instances/{asked.name}"
        return RestResponse(json.dumps({"instance_id": asked.name, "base_uri": address}))

    @routes.delete(
        INSTANCE, summary="Delete a consumer", status_code=204, responses=_done("The consumer is gone")
    )
    async def delete(group: str, instance: str, request: Request) -> Response:
        """Let the consumer leave its group and forget it."""
        await instances.delete(_key(request, group, instance))
        return Response(status_code=204)


def _add_subscriptions(routes: APIRouter, instances: Instances) -> None:
    path = f"{INSTANCE}/subscription"

    @routes.post(
        path,
        summary="Subscribe a consumer",
        status_code=204,
        responses=_done("The consumer reads these topics from now on") | refusals(RestError, 415),
        openapi_extra=_body(ask.SUBSCRIBE_SCHEMA),
    )
    async def subscribe(group: str, instance: str, request: Request) -> Response:
        """Let the consumer read topics, in place of those it read before."""
        names = ask.read(await _read(request), ask.Subscribe).topics
        topics = [_subscribed(request, name) for name in names]
        await instances.run(_key(request, group, instance), lambda each: each.subscribe(topics))
        return Response(status_code=204)

    @routes.get(path, summary="Show a subscription", responses=answered(ask.Topics, "Names of topics"))
    async def show(group: str, instance: str, request: Request) -> Response:
        """List the topics that the consumer reads."""
        held = instances.get(_key(request, group, instance))
        return RestResponse(json.dumps({"topics": [each.name for each in held.subscribed]}))

    @routes.delete(
        path, summary="Unsubscribe a consumer", status_code=204, responses=_done("It reads nothing")
    )
    async def unsubscribe(group: str, instance: str, request: Request) -> Response:
        """Let the consumer read nothing."""
        await instances.run(_key(request, group, instance), lambda each: each.subscribe(()))
        return Response(status_code=204)


def _add_records(routes: APIRouter, instances: Instances) -> None:
    @routes.get(
        f"{INSTANCE}/records",
        summary="Fetch records",
        responses=refusals(RestError, 406, 409)
        | {200: {"description": "Records in order", "content": {RECORDS_TYPE: {"schema": RECORDS_SCHEMA}}}},
        openapi_extra={
            "parameters": [_number("timeout", ask.WAIT_SCHEMA), _number("max_bytes", ask.BYTES_SCHEMA)]
        },
    )
    async def fetch(group: str, instance: str, request: Request) -> Response:
        """Wait up to `timeout` milliseconds for records and give those that are there."""
        accepted = request.headers.get("accept", "").split(",")
        if not any(each.partition(";")[0].strip().lower() in ACCEPTED for each in accepted):
            raise Refusal(406, "Consumer format does not match the embedded format", NOT_ACCEPTABLE)
        seconds = ask.query_number(request, "timeout", ask.WAIT_SCHEMA) / 1000
        max_bytes = ask.query_number(request, "max_bytes", ask.BYTES_SCHEMA)
        work = partial(_fetch, seconds=seconds, max_bytes=max_bytes)
        return JsonRecordsResponse((await instances.run(_key(request, group, instance), work)).decode())

    @routes.post(
        f"{INSTANCE}/offsets",
        summary="Commit offsets",
        responses=answered(dict[str, str], "Committed; an empty object") | refusals(RestError, 415),
        openapi_extra=_optional(_body(ask.OFFSETS_SCHEMA)),
    )
    async def commit(group: str, instance: str, request: Request) -> Response:
        """Commit the given records as read, or all that were fetched when the body is empty."""
        content = await request.body()
        asked = ask.read(await _read(request), ask.Commit).offsets if content else []
        places = [each.place(address_of(each.topic)[0]) for each in asked]
        await instances.run(_key(request, group, instance), lambda each: each.commit(places))
        return RestResponse("{}")


def _key(request: Request, group: str, name: str) -> InstanceKey:
    for each in (group, name):
        if not _NAME.fullmatch(each):
            raise Refusal(422, f"A group or consumer is named {ask.NAME_PATTERN}")
    return InstanceKey(request.scope["state"].get("owner") or "", group, name)


def _subscribed(request: Request, name: str) -> Subscribed:
    stream, named = address_of(name)
    return Subscribed(name, stream, owner_of(request.scope, named))


async def _read(request: Request) -> bytes:
    if content_type(request) not in BODY_TYPES:
        raise Refusal(415, "HTTP 415 Unsupported Media Type")
    return await request.body()


def _fetch(instance: Instance, seconds: float, max_bytes: int) -> bytes:
    if not instance.subscribed:
        raise Refusal(409, "Consumer is not subscribed to any topics", NO_SUBSCRIPTION)
    return b"[%b]" % b",".join(ask.rendered(*each) for each in instance.fetch(seconds, max_bytes))


def _done(description: str) -> dict[int | str, dict[str, Any]]:
    return answered(None, description, 204)


def _body(schema: Schema) -> dict[str, Any]:
    return body(dict.fromkeys(sorted(BODY_TYPES), schema))


def _optional(described: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": described["requestBody"] | {"required": False}}


def _number(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}
