"""Feed health, drawn in time: live, quiet or blind, by the usual rate at this hour or by missed heartbeats."""

from dataclasses import replace
from math import log

import pytest

from schemas.feeds import Source
from schemas.picture import Kind
from schemas.policy import FeedRate, Policy
from schemas.times import HOUR, MINUTE, SECOND, instant
from tests.builders_night import Night, encounter, level, report, trigger, westminster

SATURDAY = "2026-05-16"


def _policy(*feeds: FeedRate) -> Policy:
    return replace(westminster().policy, feeds=feeds)


def _steady(per_hour: float, source: Source = Source.SBN, *, nights_only: bool = False) -> FeedRate:
    return FeedRate(source=source, first_rates=(per_hour,) * 24, nights_only=nights_only)


def _beating(*sensors: str) -> FeedRate:
    return FeedRate(source=Source.NOISE, first_rates=(16.0,) * 24, heartbeat_s=600, sensors=sensors)


def test_a_silence_is_quiet_and_then_blind_when_chance_alone_is_too_small() -> None:
    night = Night(SATURDAY, policy=_policy(_steady(6)))
    night.at("20:00", report("theft"))
    heard = night.time("20:00")
    quiet_at, blind_at = (heard + round(-log(chance) / 6 * HOUR) for chance in (0.1, 0.001))
    night.wants(quiet_at - 1, feeds={"sbn": "live"}).because("one in ten such silences is chance")
    night.wants(quiet_at, feeds={"sbn": "quiet"}).because("2.3 records were usual by now")
    night.wants(blind_at - 1, feeds={"sbn": "quiet"}).because("not yet one in a thousand")
    night.wants(blind_at, feeds={"sbn": "blind"}).because("6.9 records were usual by now")
    assert instant(night.feed("sbn").since) == blind_at


def test_a_record_brings_the_feed_back() -> None:
    night = Night(SATURDAY, policy=_policy(_steady(6)))
    night.at("20:00", report("theft"))
    night.at("22:00", report("theft"))
    night.wants("21:59", feeds={"sbn": "blind"}).because("two hours of nothing at six an hour")
    night.wants("22:00", feeds={"sbn": "live"}).because("it spoke")
    night.wants("22:23", feeds={"sbn": "live"}).because("not yet 2.3 records' worth of silence")
    night.wants("22:24", feeds={"sbn": "quiet"}).because("it is silent again")


def test_a_silence_follows_the_rate_of_each_hour_it_runs_through() -> None:
    rates = tuple(6.0 if hour == 20 else 0.0 if hour in {21, 22} else 60.0 for hour in range(24))
    night = Night(SATURDAY, policy=_policy(FeedRate(source=Source.SBN, first_rates=rates)))
    night.at("20:50", report("theft"))
    night.wants("22:59:59", feeds={"sbn": "live"}).because("one record was usual until 21:00, none until 23:00")
    night.wants("23:02", feeds={"sbn": "quiet"}).because("at sixty an hour it takes 1.3 minutes more")
    night.wants("23:06", feeds={"sbn": "blind"}).because("5.9 minutes more")


@pytest.mark.parametrize("step", ["at once", "minute by minute"])
def test_a_feed_that_is_silent_from_the_start_is_quiet_then_blind_and_stays_so(step: str) -> None:
    night = Night(SATURDAY, policy=_policy(_steady(6)))
    for minute in range(1, 150) if step == "minute by minute" else ():
        night.to(night.time("17:00") + minute * MINUTE)
    night.wants("19:30", feeds={"sbn": "blind"}).because("nobody is live who was never heard")
    night.wants("21:30", feeds={"sbn": "blind"}).because("and it stays blind")
    assert night.feed("sbn").last_at is None


def test_a_sensor_that_never_beat_is_blind_after_half_an_hour_and_stays_so() -> None:
    night = Night(SATURDAY, policy=_policy(_beating("pall-mall")))
    night.wants("17:20", feeds={"noise": "quiet"}).because("one beat was missed")
    night.wants("17:31", feeds={"noise": "blind"}).because("three were missed")
    night.wants("17:51", feeds={"noise": "blind"}).because("and nothing came since")


def test_after_three_missed_heartbeats_a_feed_is_blind() -> None:
    night = Night(SATURDAY, policy=_policy(_beating("pall-mall")))
    night.at("20:00", level("pall-mall"))
    heard = night.time("20:00")
    night.wants(heard + 20 * MINUTE - 1, feeds={"noise": "live"}).because("the second beat is not yet due")
    night.wants(heard + 20 * MINUTE, feeds={"noise": "quiet"}).because("one beat was missed")
    night.wants(heard + 30 * MINUTE, feeds={"noise": "quiet"}).because("the third is due this moment")
    night.wants(heard + 30 * MINUTE + 1, feeds={"noise": "blind"}).because("three were missed")


def test_a_feed_is_as_blind_as_its_worst_sensor() -> None:
    night = Night(SATURDAY, policy=_policy(_beating("pall-mall", "exhibition-road")))
    for minute in range(0, 60, 10):
        night.at(f"20:{minute:02}", level("pall-mall"))
    night.at("20:00", level("exhibition-road"))
    night.wants("20:55", feeds={"noise": "blind"}).because("one of two cameras has been dead for 55 minutes")
    health = {one.id: one.status.value for one in night.feed("noise").sensors}
    assert health == {"pall-mall": "live", "exhibition-road": "blind"}
    last = night.feed("noise").last_at
    assert last is not None
    assert instant(last) == night.time("20:50")


def test_a_trigger_is_a_sign_of_life_of_its_camera() -> None:
    night = Night(SATURDAY, policy=_policy(_beating("pall-mall")))
    night.at("20:00", level())
    night.at("20:25", trigger(level_db=None))
    night.wants("20:44", feeds={"noise": "live"}).because("a trigger without a level is heard too")


def test_even_a_refused_record_is_a_sign_of_life() -> None:
    night = Night(SATURDAY, policy=_policy(_steady(6)))
    night.at("20:00", report("theft", happened="2025-05-16 20:00"))
    night.wants("20:01", incidents=0, feeds={"sbn": "live"}).because("it spoke, if only of last year")
    assert night.feed("sbn").heard_tonight == 1


def test_a_heartbeat_is_no_record() -> None:
    night = Night(SATURDAY, policy=_policy(_beating("pall-mall")))
    night.at("20:00", level())
    night.at("20:01", trigger())
    night.to("20:02")
    assert night.feed("noise").heard_tonight == 1


def test_a_feed_of_nights_only_is_not_missed_between_nights() -> None:
    night = Night(
        "2026-05-17", begins="2026-05-17 01:00", policy=_policy(_steady(6, Source.NIGHTSTARS, nights_only=True))
    )
    night.at("2026-05-17 05:50", encounter("vulnerable_person"))
    night.wants("2026-05-22 17:59", feeds={"nightstars": "live"}).because("the teams sleep until Friday evening")
    night.wants("2026-05-22 18:14", feeds={"nightstars": "quiet"}).because("10 minutes of Sunday and 13 of Friday")


def test_a_feed_with_no_usual_rate_is_never_blind() -> None:
    night = Night(SATURDAY, policy=_policy(_steady(0.0)))
    night.at("20:00", report("theft"))
    night.wants("2026-05-30 12:00", feeds={"sbn": "live"}).because("nothing is usual, so nothing is missed")
    assert night.feed("sbn").blind_at is None


def test_the_change_of_a_feeds_health_is_told() -> None:
    night = Night(SATURDAY, policy=_policy(_steady(6)))
    night.at("20:00", report("theft"))
    night.to("20:22")
    night.run.told.clear()
    night.to("20:25")
    told = [getattr(one.record, "status", None) for one in night.run.told if one.kind is Kind.FEEDS]
    assert "quiet" in told


def _taught(*, drains: bool) -> Night:
    """Four nights teach thirty records an hour at 22:00, where the policy began with one in ten hours."""
    night = Night("2026-05-01", policy=_policy(_steady(0.1)), begins="2026-05-01 17:00")
    for day in ("2026-05-01", "2026-05-02", "2026-05-08", "2026-05-09"):
        for minute in range(0, 60, 2):
            night.at(f"{day} 22:{minute:02}", report("theft", id=f"{day}-{minute}"))
    night.at("2026-05-15 21:30", report("theft"))
    if drains:
        return night.to("2026-05-15 21:40")
    return night


def test_four_nights_teach_what_is_usual_at_an_hour() -> None:
    night = _taught(drains=True)
    assert night.feed("sbn").usual_per_hour == 0.0, "at 21:00 these nights had nothing"
    night.wants("2026-05-15 22:04", feeds={"sbn": "live"}).because("2.3 records at thirty an hour take 4.6 minutes")
    night.wants("2026-05-15 22:05", feeds={"sbn": "quiet"}).because("learned, not the policy's first rate")
    night.wants("2026-05-15 22:14", feeds={"sbn": "blind"}).because("6.9 records take 13.8 minutes")


def test_what_was_learned_decides_the_same_after_a_crash_and_whether_or_not_anybody_looked() -> None:
    looked, crashed, left_alone = (_taught(drains=False) for _ in range(3))
    seen = []
    for night in (looked, crashed, left_alone):
        end = night.time("2026-05-10 12:00")
        night.to(end)
        if night is crashed:
            night.run.crash()
        for hour in range(1, 130):
            night.run.tick(end + hour * HOUR + 7 * SECOND)
            if night is looked:
                night.run.drain()
            seen.append((hour, night.run.desk.feeds.known["sbn"].status))
    assert seen[:129] == seen[129:258] == seen[258:]
