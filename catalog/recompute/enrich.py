"""Enrich a cleaned row: what follows from its own columns alone."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from catalog.recompute.clean import Cleaned, Geo, Pin, User

COUNTRIES = Path(__file__).parent.parent / "countries.csv"
TIERS = ((10_000, "nano"), (100_000, "micro"), (1_000_000, "macro"))
TOP_TIER = "mega"
MEDIA_KINDS = {"image": "image", "video": "video", "multi-video(story page format)": "story"}
AGE_GROUPS = ((18, None), (25, "18-24"), (36, "25-35"), (51, "36-50"))
OLDEST_GROUP = "50+"


class PinExtras(NamedTuple):
    """Hold what a pin's columns imply."""

    follower_tier: str | None
    tags: list[str] | None
    media_kind: str | None


class GeoExtras(NamedTuple):
    """Hold what a place's columns imply; post_year is the year in UTC."""

    country_code: str | None
    continent: str | None
    post_year: int


class UserExtras(NamedTuple):
    """Hold what a user's columns imply; join_year is the year in UTC."""

    age_group: str | None
    join_year: int


Extras = PinExtras | GeoExtras | UserExtras


def enrich(cleaned: Cleaned) -> Extras:
    """Give the enrichment columns of a cleaned row."""
    match cleaned:
        case Pin():
            return PinExtras(
                _tier(cleaned.follower_count), _tags(cleaned.tag_list), _kind(cleaned.is_image_or_video)
            )
        case Geo():
            return GeoExtras(*_country(cleaned.country), cleaned.timestamp.year)
        case User():
            return UserExtras(_age_group(cleaned.age), cleaned.date_joined.year)


def _tier(count: int | None) -> str | None:
    if count is None:
        return None
    return next((tier for below, tier in TIERS if count < below), TOP_TIER)


def _tags(tag_list: str | None) -> list[str] | None:
    return None if tag_list is None else tag_list.split(",")


def _kind(text: str | None) -> str | None:
    return None if text is None else MEDIA_KINDS.get(text, "other")


def _age_group(age: int) -> str | None:
    return next((group for below, group in AGE_GROUPS if age < below), OLDEST_GROUP)


def _country(name: str | None) -> tuple[str | None, str | None]:
    return (None, None) if name is None else _countries().get(name, ("XX", "unknown"))


@cache
def _countries() -> dict[str, tuple[str, str]]:
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {row["country"]: (row["country_code"], row["continent"]) for row in csv.DictReader(file)}
