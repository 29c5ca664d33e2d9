"""A bare ASGI application that only decodes and produces: no framework, no checks, no limits, no headers.

`uvicorn stack.door.baselines.bare:app` takes lines of JSON at any path and answers once Kafka has
acknowledged all of them. It decodes no more than the number, which becomes the key, as the door does.
"""

import asyncio
import os
from typing import Any

import msgspec
from confluent_kafka import Producer

POLL_SECONDS = 0.002


class Pin(msgspec.Struct):
    """Hold what the key is made of."""

    index: int


class Bare:
    """Hold the producer and collect its delivery reports."""

    def __init__(self) -> None:
        self._producer = Producer({
            "bootstrap.servers": os.environ["PINFLOW_KAFKA_BOOTSTRAP"],
            "enable.idempotence": True,
            "linger.ms": 5,
            "compression.type": "lz4",
            "partitioner": "murmur2_random",
            "queue.buffering.max.messages": 1_000_000,
        })  # fmt: skip
        self._decode = msgspec.json.Decoder(Pin).decode

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request, or the start and end of the process."""
        if scope["type"] == "lifespan":
            polling = asyncio.create_task(self._poll())
            await _live(receive, send)
            polling.cancel()
            return
        body = await _body(receive)
        count = await self._store(body) if body else 0
        answer = b'{"stored":%d}' % count
        headers = [(b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _store(self, body: bytes) -> int:
        lines, done = body.splitlines(), asyncio.get_running_loop().create_future()
        left = len(lines)

        def delivered(fault: object, _: object) -> None:
            nonlocal left
            left -= 1
            if fault is not None and not done.done():
                done.set_exception(RuntimeError(str(fault)))
            elif not left and not done.done():
                done.set_result(None)

        produce, decode = self._producer.produce, self._decode
        for line in lines:
            produce("pin", line, str(decode(line).index), -1, delivered)
        await done
        return len(lines)

    async def _poll(self) -> None:
        while True:
            self._producer.poll(0)
            await asyncio.sleep(POLL_SECONDS)


async def _body(receive: Any) -> bytes:
    pieces = []
    while True:
        message = await receive()
        pieces.append(message["body"])
        if not message.get("more_body"):
            return b"".join(pieces)


async def _live(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


app = Bare()
