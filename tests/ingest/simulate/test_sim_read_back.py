"""The product's own readers take every simulated row, and what they read is what the truth counts."""

from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest

from ingest.outcomes import Outcome, Outside, Read
from ingest.reading import read
from ingest.simulate.night import SOURCES, SimulatedNight, Simulator
from schemas.area import Area
from schemas.categories import Category
from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.times import HOUR

AUTUMN = date(2026, 10, 24)
NIGHTS = [date(2026, 5, 16), date(2026, 3, 28), AUTUMN]


class Kept:
    """Keeps words in memory, by where they are kept."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def keep(self, ref: str, owner: str, text: str) -> None:
        """Keep a text."""
        assert owner
        self.texts[ref] = text


def outcomes(night: SimulatedNight, area: Area) -> dict[str, list[Outcome]]:
    return {
        name: list(read(source, BytesIO(night.files[name]), area, words=Kept(), name=name))
        for name, source in SOURCES.items()
    }


def records(found: dict[str, list[Outcome]], name: str) -> list[FeedRecord]:
    return [outcome.record for outcome in found[name] if isinstance(outcome, Read)]


@pytest.mark.parametrize("evening", NIGHTS, ids=str)
def test_every_row_is_read_and_counted(simulator: Simulator, area: Area, evening: date) -> None:
    night = simulator.night(evening)
    found = outcomes(night, area)
    refused = [outcome for of in found.values() for outcome in of if not isinstance(outcome, Read | Outside)]
    assert refused == []
    truth = night.truth
    assert len(records(found, "sbn.ndjson")) == truth.sent[Source.SBN]
    assert len(records(found, "nightstars.csv")) == truth.sent[Source.NIGHTSTARS]
    assert (
        sum(isinstance(record, NoiseTrigger) for record in records(found, "noise_events.csv"))
        == truth.sent[Source.NOISE]
    )
    assert sum(isinstance(record, FeedHeartbeat) for record in records(found, "noise_levels.csv")) == truth.levels
    calls = {
        record.source_id
        for record in records(found, "lfb.csv")
        if isinstance(record, LfbCall) and record.borough_code in (None, area.borough)
    }
    assert len(calls) == truth.standing(Source.LFB)


@pytest.mark.parametrize("evening", NIGHTS, ids=str)
def test_what_stands_after_reading_is_the_truth(simulator: Simulator, area: Area, evening: date) -> None:
    night = simulator.night(evening)
    found = outcomes(night, area)
    last: dict[tuple[Source, str], tuple[int, Category | None]] = {}
    for record in (*records(found, "sbn.ndjson"), *records(found, "nightstars.csv")):
        assert isinstance(record, SbnReport | NightStarsEncounter | Withdrawal)
        source = _source(record)
        category = None if isinstance(record, Withdrawal) else record.category
        known = last.get((source, record.source_id))
        if known is None or record.revision > known[0]:
            last[source, record.source_id] = record.revision, category
    standing = {key: category for key, (_, category) in last.items() if category is not None}
    reports = {key: category for key, category in night.truth.stands.items() if key[0] is not Source.LFB}
    assert standing == reports


@pytest.mark.parametrize("evening", NIGHTS, ids=str)
def test_records_are_received_in_the_order_of_their_file(simulator: Simulator, area: Area, evening: date) -> None:
    for name, of in outcomes(simulator.night(evening), area).items():
        received = [outcome.record.received_at for outcome in of if isinstance(outcome, Read)]
        # A sparse file of local times cannot always say which of the two hours from 01:00 it means.
        back_by_most = HOUR if evening == AUTUMN and name != "sbn.ndjson" else 0
        assert all(before - after <= back_by_most for before, after in pairwise(received)), name


def _source(record: SbnReport | NightStarsEncounter | Withdrawal) -> Source:
    if isinstance(record, Withdrawal):
        return record.source
    return Source.SBN if isinstance(record, SbnReport) else Source.NIGHTSTARS
