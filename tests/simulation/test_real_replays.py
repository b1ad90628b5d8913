"""Real files through ingest and engine, in memory: every count that is known of them, one digest for any batches."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from ingest.outcomes import Read
from ingest.reading import read, stream_name
from schemas.feeds import FeedRecord, Source
from schemas.journal import Origin
from schemas.picture import Kind, NightSummary
from schemas.times import HOUR, instant
from streams.core.digest import digest
from streams.core.records import record_of
from tests.builders_ingest import Kept
from tests.builders_night import westminster
from tests.shared_data import shared
from tests.simulation.engines import House

WINTER_2017 = "lfb/lfb_incidents_2017_jan-mar.csv.gz"
SAMPLE_2023 = "lfb/lfb_incidents_2023_sample_a.csv.gz"
BATCHES = (1, 7, 500)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a file came to."""

    read: int
    refused: int
    house: House

    @property
    def accepted(self) -> int:
        return sum(count.accepted for count in self.house.engine.desk.counts.streams.values())

    @property
    def outside(self) -> int:
        return self.read - self.refused - self.accepted

    @property
    def incidents(self) -> dict[str, int]:
        return {category: count for category, count in self.house.engine.desk.counts.incidents.items() if count}


@cache
def _outcomes(name: str) -> tuple[int, int, list[tuple[FeedRecord, Origin]]]:
    path: Path = shared(name)
    outcomes = list(read(Source.LFB, path, westminster(), words=Kept()))
    stream = stream_name(path)
    records = [(one.record, Origin(stream=stream, position=one.position)) for one in outcomes if isinstance(one, Read)]
    kinds = Counter(type(one).__name__ for one in outcomes)
    return len(outcomes), kinds["DeadLetter"], records


@cache
def _replayed(name: str, batch: int) -> Replayed:
    read_, refused, records = _outcomes(name)
    policy = westminster().policy
    house = House(policy=replace(policy, feeds=tuple(feed for feed in policy.feeds if feed.source is Source.LFB)))
    house.replay(records, batch=batch)
    return Replayed(read_, refused, house)


def test_three_months_of_the_fire_brigades_calls() -> None:
    found = _replayed(WINTER_2017, 500)
    assert (found.read, found.accepted, found.outside, found.refused) == (23_505, 1_815, 21_690, 0)
    assert found.incidents == {
        "automatic_fire_alarm": 1_094,
        "special_service": 369,
        "fire": 204,
        "false_alarm": 148,
    }
    assert found.house.engine.desk.nights.touched == 26


def test_the_night_the_clocks_went_forward_had_eleven_hours() -> None:
    desk = _replayed(WINTER_2017, 500).house.engine.desk
    night = record_of(desk, Kind.NIGHT, "2017-03-25")
    assert isinstance(night, NightSummary)
    assert instant(night.closes_at) - instant(night.opens_at) == 11 * HOUR
    assert night.incidents > 0
    assert night.past_nights == 8


def test_a_sample_of_2023() -> None:
    found = _replayed(SAMPLE_2023, 500)
    assert (found.read, found.accepted, found.outside, found.refused) == (10_000, 710, 9_290, 0)
    assert found.incidents == {
        "automatic_fire_alarm": 411,
        "special_service": 190,
        "fire": 59,
        "false_alarm": 50,
    }


@pytest.mark.parametrize("name", [WINTER_2017, SAMPLE_2023])
def test_batches_of_any_size_give_one_digest(name: str) -> None:
    assert len({digest(_replayed(name, batch).house.engine.desk) for batch in BATCHES}) == 1


def test_a_file_read_twice_changes_nothing() -> None:
    _, _, records = _outcomes(SAMPLE_2023)
    twice = House(policy=_replayed(SAMPLE_2023, 500).house.policy)
    twice.replay(records)
    twice.engine.live([records])
    assert digest(twice.engine.desk) == digest(_replayed(SAMPLE_2023, 500).house.engine.desk)


def test_no_call_fuses_with_another() -> None:
    desk = _replayed(WINTER_2017, 500).house.engine.desk
    assert {len(incident.cluster.members) for incident in desk.incidents.known.values()} == {1}
