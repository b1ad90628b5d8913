"""A policy adopted in the middle of a night, drawn in time; fold versions."""

from dataclasses import replace
from datetime import date, time

import pytest

from schemas.journal import Entry, FoldVersion, Reported
from schemas.picture import Kind
from schemas.policy import Policy
from streams.core.desk import FOLD_VERSION, PolicyMissing, UnknownFoldVersion
from tests.builders_night import Night, correct, encounter, report, trigger, westminster
from tests.simulation.run import Run, first_difference, state

SATURDAY = "2026-05-16"
POLICY = westminster().policy


def _closer(metres: int) -> Policy:
    return replace(POLICY, fusion=tuple(replace(rule, metres=metres) for rule in POLICY.fusion))


def _opens_on(day: date) -> Policy:
    return replace(POLICY, nights=replace(POLICY.nights, extra_dates=(day,)))


def _more_harm(category: str) -> Policy:
    harm = tuple(replace(one, weight=1000) if one.category == category else one for one in POLICY.harm)
    return replace(POLICY, harm=harm)


def test_new_distances_are_in_force_from_the_adoption_on() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"))
    night.at("23:05", _closer(30))
    night.at("23:06", encounter("serious_violence", metres_from=("blue-door", 60)))
    night.wants("23:07", incidents=2).because("30 metres now")


def test_no_report_is_lost_when_one_is_corrected_after_the_distances_became_shorter() -> None:
    night = Night(SATURDAY)
    first = report("serious_violence", id="r1")
    night.at("23:00", first)
    night.at("23:01", encounter("serious_violence", metres_from=("blue-door", 60), id="e1"))
    night.at("23:05", _closer(30))
    night.at("23:06", correct(first, severity=4, happened="23:00"))
    night.to("23:07")
    told = {one for members in night.run.members() for one in members}
    assert told == {"sbn:r1:1", "nightstars:e1:0"}
    night.at("23:08", encounter("serious_violence", metres_from=("blue-door", 70), team="mayfair", id="e2"))
    night.wants("23:09", reports=3).because("nobody's report is in no incident")


def test_a_new_threshold_counts_for_what_comes_after_it() -> None:
    night = Night(SATURDAY)
    stricter = replace(POLICY, cameras=tuple(replace(one, threshold_db=95.0) for one in POLICY.cameras))
    night.at("23:00", trigger(level_db=90))
    night.at("23:10", stricter)
    night.at("23:20", trigger(level_db=90))
    night.wants("23:21", incidents=1).because("what was judged stays judged")


def test_an_extra_date_adopted_in_its_evening_opens_the_night() -> None:
    night = Night("2026-05-20")
    night.at("22:00", _opens_on(date(2026, 5, 20)))
    night.at("22:30", report("theft"))
    night.wants("22:31", windows={"theft/night": 1}).because("the night opened by decision")
    assert night.summary().incidents == 1
    assert list(night.run.shown()[Kind.NIGHT]) == ["2026-05-20"]


def test_the_night_shown_before_leaves_when_an_adoption_opens_another() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.at("2026-05-20 22:00", _opens_on(date(2026, 5, 20)))
    night.to("2026-05-20 22:30")
    assert list(night.run.shown()[Kind.NIGHT]) == ["2026-05-20"]


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(_more_harm("public_order"), id="other harm weights"),
        pytest.param(_closer(30), id="shorter distances"),
        pytest.param(replace(POLICY, nights=replace(POLICY.nights, closes=time(5))), id="closes earlier"),
        pytest.param(replace(POLICY, nights=replace(POLICY.nights, opens=time(22))), id="opens later"),
        pytest.param(replace(POLICY, nights=replace(POLICY.nights, weekdays=(4,))), id="no Saturday night"),
        pytest.param(replace(POLICY, late_after_minutes=1), id="late sooner"),
        pytest.param(replace(POLICY, cameras=()), id="no order"),
        pytest.param(replace(POLICY, feeds=POLICY.feeds[:1]), id="one feed"),
        pytest.param(replace(POLICY, past_nights=2, past_nights_least=1), id="less history"),
    ],
)
def test_after_an_adoption_a_crash_changes_nothing(policy: Policy) -> None:
    night = Night(SATURDAY)
    night.at("20:00", report("public_order"), encounter("serious_violence", metres_from=("blue-door", 40)))
    night.at("22:30", trigger(level_db=90))
    night.at("23:05", policy)
    night.to("23:06")
    before, shown = state(night.run.desk), night.run.shown()
    night.run.crash()
    after = state(night.run.desk)
    assert after == before, first_difference(before[0], after[0])
    assert night.run.shown() == shown
    for when in ("05:30", "2026-05-17 12:00", "2026-05-24 12:00"):
        night.to(when)


def test_after_an_adoption_that_opens_a_night_a_crash_changes_nothing() -> None:
    night = Night("2026-05-20")
    night.at("21:00", report("theft"))
    night.at("22:00", _opens_on(date(2026, 5, 20)))
    night.to("22:30")
    before, shown = state(night.run.desk), night.run.shown()
    night.run.crash()
    after = state(night.run.desk)
    assert after == before, first_difference(before[0], after[0])
    assert night.run.shown() == shown


def test_a_feed_that_the_policy_drops_is_told_as_gone() -> None:
    night = Night(SATURDAY)
    night.at("23:00", replace(POLICY, feeds=POLICY.feeds[:1]))
    night.to("22:59")
    night.run.told.clear()
    night.to("23:00:05")
    gone = {one.key for one in night.run.told if one.kind is Kind.FEEDS and one.record is None}
    assert gone == {feed.source.value for feed in POLICY.feeds[1:]}
    assert set(night.run.shown()[Kind.FEEDS]) == {POLICY.feeds[0].source.value}


def test_what_is_shown_of_an_incident_is_told_when_a_policy_changes_it() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"))
    night.at("23:05", _closer(30))
    night.to("23:10")
    last = [one for one in night.run.told if one.kind is Kind.INCIDENTS][-1]
    assert last.record == night.run.shown()[Kind.INCIDENTS][last.key]


def test_the_same_policy_again_changes_nothing_that_is_shown() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("serious_violence"))
    night.to("23:01")
    shown = night.run.shown()
    night.run.adopt(POLICY)
    assert night.run.shown() == shown


def test_a_fold_version_that_this_code_does_not_know_stops_it() -> None:
    night = Night(SATURDAY)
    with pytest.raises(UnknownFoldVersion, match=f"version {FOLD_VERSION + 1}; this code knows up to {FOLD_VERSION}"):
        night.run.take(Entry(fact=FoldVersion(version=FOLD_VERSION + 1)))


def test_a_fact_before_any_policy_is_refused_loudly() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.to("23:00")
    (fact,) = [entry.fact for entry in night.run.journal if isinstance(entry.fact, Reported)]
    with pytest.raises(PolicyMissing, match="before the first ReferenceAdopted"):
        Run().hear(fact, "sbn", 1)
