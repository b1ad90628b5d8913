"""Intake: a feed record becomes one fact, placed, with the time that counts; or it lies outside the area."""

import pytest
from msgspec.structs import replace

from schemas.categories import Category, HelpNeeded
from schemas.feeds import (
    FeedHeartbeat,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    PointEvent,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.journal import FeedHeard, Reported, Triggered, Withdrawn
from schemas.times import MINUTE, SECOND
from streams.intake import CLOCK_AHEAD_MAX, Intake, counted_at
from tests.builders_area import DOOR, MALL, an_area

AT = 1_778_968_800_000
OUTSIDE = {"lat": 51.60, "lon": -0.13}


def _report(**changes: object) -> SbnReport:
    report = SbnReport(
        source_id="r1",
        revision=2,
        venue="blue-door",
        category=Category.SPIKING,
        severity=3,
        help_needed=HelpNeeded.STAFF_NOW,
        occurred_at=AT,
        received_at=AT + MINUTE,
        lat=DOOR.lat,
        lon=DOOR.lon,
        words_ref="words-1",
        ambiguous_time=True,
    )
    return replace(report, **changes)


def _encounter(**changes: object) -> NightStarsEncounter:
    encounter = NightStarsEncounter(
        source_id="e1",
        team="soho",
        category=Category.VULNERABLE_PERSON,
        severity=1,
        occurred_at=AT,
        received_at=AT,
        lat=DOOR.lat,
        lon=DOOR.lon,
    )
    return replace(encounter, **changes)


def _call(**changes: object) -> LfbCall:
    call = LfbCall(source_id="l1", category=Category.FIRE, occurred_at=AT, received_at=AT, lat=DOOR.lat, lon=DOOR.lon)
    return replace(call, **changes)


def _reported(record: SbnReport | NightStarsEncounter | LfbCall | PointEvent) -> Reported:
    fact = Intake(an_area()).fact(record)
    assert isinstance(fact, Reported)
    return fact


def test_a_business_report_is_placed_and_keeps_all_that_it_said() -> None:
    fact = _reported(_report())
    assert (fact.source, fact.source_id, fact.revision, fact.reporter) == (Source.SBN, "r1", 2, "venue:blue-door")
    assert (fact.category, fact.severity) == (Category.SPIKING, 3)
    assert (fact.at, fact.occurred_at, fact.received_at) == (AT, AT, AT + MINUTE)
    assert (fact.ward, fact.outside_wards) == ("W1", False)
    assert len(fact.cell) == 15
    assert (fact.words_ref, fact.ambiguous_time, fact.clock_wrong) == ("words-1", True, False)


def test_what_help_is_needed_reaches_the_journal() -> None:
    assert _reported(_report()).help_needed is HelpNeeded.STAFF_NOW


def test_an_encounters_reporter_is_its_team() -> None:
    fact = _reported(_encounter(revision=1, words_ref="words-2"))
    assert (fact.source, fact.reporter, fact.revision) == (Source.NIGHTSTARS, "team:soho", 1)
    assert fact.words_ref == "words-2"


def test_all_calls_of_the_fire_brigade_are_one_reporter() -> None:
    assert {_reported(_call(source_id=name)).reporter for name in ("a", "b")} == {"lfb"}


def test_points_without_a_reporter_are_one_witness_and_with_one_each_their_own() -> None:
    point = PointEvent(source_id="p1", occurred_at=AT, received_at=AT, lat=DOOR.lat, lon=DOOR.lon)
    assert _reported(point).reporter == "points"
    assert _reported(replace(point, reporter="anna")).reporter == "points:anna"
    assert _reported(point).category is Category.OTHER


def test_a_trigger_lies_where_its_camera_stands() -> None:
    trigger = NoiseTrigger(source_id="t1", camera=MALL.id, occurred_at=AT, received_at=AT, level_db=84.5)
    fact = Intake(an_area()).fact(trigger)
    assert isinstance(fact, Triggered)
    assert (fact.lat, fact.lon, fact.level_db, fact.camera) == (MALL.lat, MALL.lon, 84.5, MALL.id)
    assert fact.ward == "W1"


def test_a_withdrawal_and_a_sign_of_life_need_no_place() -> None:
    intake = Intake(an_area())
    withdrawal = Withdrawal(source=Source.SBN, source_id="r1", revision=3, received_at=AT)
    assert intake.fact(withdrawal) == Withdrawn(source=Source.SBN, source_id="r1", revision=3, received_at=AT)
    beat = FeedHeartbeat(source=Source.NOISE, sensor="pall-mall", at=AT - 5, received_at=AT)
    assert intake.fact(beat) == FeedHeard(source=Source.NOISE, sensor="pall-mall", at=AT)


@pytest.mark.parametrize(
    "record",
    [
        _report(**OUTSIDE),
        _encounter(**OUTSIDE),
        _call(**OUTSIDE),
        PointEvent(source_id="p1", occurred_at=AT, received_at=AT, lat=51.60, lon=-0.13),
    ],
)
def test_what_lies_outside_the_area_is_no_fact(record: SbnReport | LfbCall | PointEvent) -> None:
    assert Intake(an_area()).fact(record) is None


def test_a_calls_borough_decides_before_its_point() -> None:
    intake = Intake(an_area())
    assert intake.fact(_call(borough_code="E09000007")) is None, "another borough's call near the border"
    ours = intake.fact(_call(borough_code="E09000033", **OUTSIDE))
    assert isinstance(ours, Reported)
    assert (ours.ward, ours.outside_wards) == ("W1", True), "the nearest ward, flagged"


def test_in_an_area_without_an_outline_everything_is_inside_and_nothing_has_a_ward() -> None:
    area = an_area(has_outline=False, borough_code=None)
    fact = Intake(area).fact(_call(borough_code="E09000007", **OUTSIDE))
    assert isinstance(fact, Reported)
    assert fact.ward is None


@pytest.mark.parametrize("ahead_ms", [0, CLOCK_AHEAD_MAX - 1, CLOCK_AHEAD_MAX])
def test_a_clock_up_to_two_minutes_ahead_is_believed(ahead_ms: int) -> None:
    fact = _reported(_report(occurred_at=AT + ahead_ms, received_at=AT))
    assert (fact.at, fact.clock_wrong) == (AT + ahead_ms, False)


@pytest.mark.parametrize("make", [_report, _encounter, _call])
def test_a_clock_further_ahead_counts_at_its_receipt_and_keeps_what_it_said(make: object) -> None:
    assert callable(make)
    fact = _reported(make(occurred_at=AT + CLOCK_AHEAD_MAX + 1, received_at=AT))
    assert (fact.at, fact.occurred_at, fact.clock_wrong) == (AT, AT + CLOCK_AHEAD_MAX + 1, True)


def test_a_triggers_clock_is_judged_alike() -> None:
    trigger = NoiseTrigger(source_id="t1", camera=MALL.id, occurred_at=AT + 121 * SECOND, received_at=AT, level_db=None)
    fact = Intake(an_area()).fact(trigger)
    assert isinstance(fact, Triggered)
    assert (fact.at, fact.clock_wrong) == (AT, True)


def test_a_clock_that_is_behind_is_not_wrong_but_late() -> None:
    assert counted_at(AT - 90 * MINUTE, AT) == AT - 90 * MINUTE


def test_the_same_record_is_the_same_fact() -> None:
    intake = Intake(an_area())
    assert intake.fact(_report()) == intake.fact(_report()) == Intake(an_area()).fact(_report())
