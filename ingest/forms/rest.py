"""The REST Proxy v2 form: `POST /topics/<owner>.pin|geo|user`."""

import json

from fastapi import APIRouter, Request, Response

from catalog.names import Door
from ingest.bodies import content_type
from ingest.errors import Refusal, owner_of
from ingest.forms.describe import COMMON, answered, body, refusals
from ingest.forms.rest_answers import REFUSED, REFUSED_FOR_NOW, Produced, RestError, RestResponse, address_of
from ingest.forms.rest_body import PRODUCE_SCHEMA, read_records
from ingest.outcomes import Failure, Outcome
from ingest.records import Source
from ingest.writer import Writer

PRODUCE_TYPE = "application/vnd.kafka.json.v2+json"

_PLACED = '{"partition":%d,"offset":%d,"error_code":null,"error":null}'


def router(writer: Writer) -> APIRouter:
    """Make the route that takes records."""
    routes = APIRouter(tags=["REST Proxy v2"], default_response_class=RestResponse)

    @routes.post(
        "/topics/{name}",
        summary="Store records in a topic",
        responses=answered(Produced, "One place or fault a record, in order")
        | refusals(RestError, *COMMON, 404, 415, 422),
        openapi_extra=body({PRODUCE_TYPE: PRODUCE_SCHEMA}),
    )
    async def produce(name: str, request: Request) -> Response:
        """Store records and answer with their places once Kafka has acknowledged them."""
        if content_type(request) != PRODUCE_TYPE:
            raise Refusal(415, "HTTP 415 Unsupported Media Type")
        stream, named = address_of(name)
        source = Source(stream, owner_of(request.scope, named), Door.REST)
        outcomes = await writer.write(read_records(await request.body(), source))
        return RestResponse(_answer(outcomes))

    return routes


def _answer(outcomes: list[Outcome]) -> str:
    places = ",".join(_refused(each) if type(each) is Failure else _PLACED % each for each in outcomes)
    return f'{{"offsets":[{places}],"key_schema_id":null,"value_schema_id":null}}'


def _refused(failure: Failure) -> str:
    code = REFUSED_FOR_NOW if failure.retriable else REFUSED
    return json.dumps({"partition": None, "offset": None, "error_code": code, "error": failure.message})
