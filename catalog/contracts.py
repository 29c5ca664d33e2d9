"""Stream contracts, read from `catalog/streams/<stream>.yaml`."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from catalog.names import Stream

FOLDER = Path(__file__).parent / "streams"


class Field(BaseModel):
    """Describe one field of a record as clients post it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: Literal["INT", "DOUBLE", "STRING"]
    nullable: bool = False
    optional: bool = False

    @property
    def literal(self) -> str:
        """Render the field for `decode_json`, for example `poster_name STRING OPTIONAL`."""
        suffix = " OPTIONAL" if self.optional else " NULL" if self.nullable else ""
        return f"{self.name} {self.type}{suffix}"


class Contract(BaseModel):
    """Describe the records of one stream."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: Stream
    number: str
    cleaned_table: str
    fields: tuple[Field, ...]

    @property
    def literal(self) -> str:
        """Render the contract for `decode_json`: fields in order, separated by commas."""
        return ", ".join(field.literal for field in self.fields)


@cache
def contract(stream: Stream) -> Contract:
    """Read the contract of a stream."""
    return Contract.model_validate(yaml.safe_load((FOLDER / f"{stream}.yaml").read_text()))
