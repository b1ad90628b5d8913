"""Law: the digest covers the whole journal: one value changed in a night long past shows in it."""

import pytest
from msgspec.structs import replace

from schemas.categories import Category
from schemas.feeds import FeedHeartbeat, LfbCall, NightStarsEncounter, NoiseTrigger, SbnReport
from schemas.times import DAY, SECOND
from streams.core.digest import digest
from tests.simulation import seeded
from tests.simulation.engines import House

Kind = type[SbnReport] | type[NightStarsEncounter] | type[LfbCall] | type[NoiseTrigger]

RECORDS = seeded.records(17, nights=2, reports=60)


def _digest(records: list[seeded.Sent], *, passes_days: int = 0) -> str:
    house = House()
    house.replay(records)
    if passes_days:
        house.engine.tick(house.engine.desk.clock + passes_days * DAY, live=False)
    return digest(house.engine.desk)


WANTED = _digest(RECORDS)
LONG_AFTER = _digest(RECORDS, passes_days=200)


def _first(kind: Kind) -> int:
    """The first record of a kind that counts for itself: nothing corrects it, no copy of it follows."""
    names = [getattr(record, "source_id", None) for record, _ in RECORDS]
    return next(
        number
        for number, (record, _) in enumerate(RECORDS)
        if isinstance(record, kind)
        and names.count(names[number]) == 1
        and (not isinstance(record, LfbCall) or record.borough_code == "E09000033")
        and (not isinstance(record, NoiseTrigger) or (record.level_db or 0) >= 80)
    )


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (SbnReport, {"severity": 9}),
        (SbnReport, {"category": Category.WEAPON}),
        (SbnReport, {"venue": "tin-drummer"}),
        (SbnReport, {"lat": 51.51281}),
        (SbnReport, {"lon": -0.13241}),
        (SbnReport, {"source_id": "another"}),
        (NightStarsEncounter, {"severity": 9}),
        (NightStarsEncounter, {"team": "strand"}),
        (LfbCall, {"category": Category.FALSE_ALARM}),
        (LfbCall, {"lat": 51.5129}),
        (NoiseTrigger, {"source_id": "another"}),
    ],
)
class TestOneValueOfThePast:
    """A single value of a single record of the first night."""

    def test_shows_in_the_digest(self, kind: Kind, changes: dict[str, object]) -> None:
        assert _digest(_with(kind, changes)) != WANTED

    def test_shows_when_the_night_is_long_forgotten(self, kind: Kind, changes: dict[str, object]) -> None:
        assert _digest(_with(kind, changes), passes_days=200) != LONG_AFTER


@pytest.mark.parametrize("kind", [SbnReport, NightStarsEncounter, LfbCall, NoiseTrigger])
def test_a_second_more_or_less_shows(kind: Kind) -> None:
    record = RECORDS[_first(kind)][0]
    assert isinstance(record, kind)
    assert _digest(_with(kind, {"occurred_at": record.occurred_at - SECOND})) != WANTED


@pytest.mark.parametrize("kind", [SbnReport, NightStarsEncounter, LfbCall, NoiseTrigger])
def test_a_record_left_out_shows(kind: Kind) -> None:
    number = _first(kind)
    assert _digest([*RECORDS[:number], *RECORDS[number + 1 :]]) != WANTED


def test_an_ambiguous_time_shows() -> None:
    assert _digest(_with(SbnReport, {"ambiguous_time": True})) != WANTED


def test_when_it_was_processed_does_not_show() -> None:
    house = House()
    house.seconds = 12_345.6
    house.replay(RECORDS, batch=3)
    assert digest(house.engine.desk) == WANTED


def test_the_health_of_feeds_does_not_show() -> None:
    assert _digest([sent for sent in RECORDS if not isinstance(sent[0], FeedHeartbeat)]) == WANTED


def _with(kind: Kind, changes: dict[str, object]) -> list[seeded.Sent]:
    number = _first(kind)
    record, origin = RECORDS[number]
    return [*RECORDS[:number], (replace(record, **changes), origin), *RECORDS[number + 1 :]]
