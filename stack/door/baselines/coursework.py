"""The service as course work writes it: FastAPI, a pydantic model, kafka-python, one row a request.

`uvicorn stack.door.baselines.coursework:app` answers as soon as the row is handed to the producer's thread,
before Kafka has it.
"""

import os
from json import dumps

from fastapi import FastAPI
from kafka import KafkaProducer
from pydantic import BaseModel

app = FastAPI()


class Data(BaseModel):
    """Hold one pin."""

    index: int
    unique_id: str
    title: str
    description: str
    poster_name: str
    follower_count: str
    tag_list: str
    is_image_or_video: str
    image_src: str
    downloaded: int
    save_location: str
    category: str


producer = KafkaProducer(
    bootstrap_servers=os.environ["PINFLOW_KAFKA_BOOTSTRAP"],
    client_id="Pinterest data producer",
    value_serializer=lambda message: dumps(message).encode("ascii"),
)


@app.post("/pin/")
def get_db_row(item: Data) -> Data:
    """Send one row to its topic."""
    producer.send(topic="pin", value=dict(item))
    return item
