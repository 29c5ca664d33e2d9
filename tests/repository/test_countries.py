import csv
import re

from faker.providers.address.en import Provider

from flink_jobs.texts import COUNTRIES

CONTINENTS = {"Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America"}


def _rows() -> list[dict[str, str]]:
    with COUNTRIES.open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_country_that_the_emulator_draws_is_known() -> None:
    assert set(Provider.countries) <= {row["country"] for row in _rows()}


def test_a_country_stands_there_once_with_a_code_and_a_continent() -> None:
    names = [row["country"] for row in _rows()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[A-Z]{2}", row["country_code"]) for row in _rows())
    assert {row["continent"] for row in _rows()} == CONTINENTS
