"""The desk as a whole: what it refuses, what it counts, and what its clock obeys."""

import pytest

from schemas.categories import Category
from schemas.feeds import Source
from schemas.journal import Entry, FeedHeard, Origin, Tick
from schemas.picture import Kind
from schemas.times import SECOND
from streams.core.desk import PolicyMissing
from streams.core.records import picture, record_of
from tests.builders_night import Night, call, correct, report, withdraw
from tests.simulation.run import Run

SATURDAY = "2026-05-16"


def test_an_empty_desk_shows_nothing() -> None:
    assert picture(Run().desk) == {kind: {} for kind in Kind}


def test_the_clock_cannot_start_before_a_policy() -> None:
    with pytest.raises(PolicyMissing, match="before the first ReferenceAdopted"):
        Run().tick(1_778_968_800_000)


def test_only_a_tick_moves_the_clock() -> None:
    night = Night(SATURDAY)
    before = night.run.desk.clock
    at = before + 90 * SECOND
    night.at_instant(before, report("theft", happened="17:01:30"), call("fire", happened="17:01:30"))
    night.run.hear(FeedHeard(source=Source.NOISE, sensor="pall-mall", at=at), "x", 1)
    night.to(before)
    assert night.run.desk.clock == before


def test_an_entry_of_an_unknown_feed_counts_and_nothing_else() -> None:
    night = Night(SATURDAY)
    night.run.hear(FeedHeard(source=Source.POINTS, at=night.run.desk.clock), "points", 1)
    assert night.run.desk.counts.stream("points").accepted == 1
    assert "points" not in night.run.shown()[Kind.FEEDS]


def test_incidents_opened_are_counted_by_the_category_they_came_to() -> None:
    night = Night(SATURDAY)
    first, second = report("theft", id="r1"), report("theft", id="r2", venue="lantern-yard")
    night.at("23:00", first, call("fire"))
    night.at("23:30", second)
    night.at("23:40", correct(first, category="drugs", happened="23:00"))
    night.at("23:41", withdraw(second))
    night.to("23:45")
    counts = {category: count for category, count in night.run.desk.counts.incidents.items() if count}
    assert counts == {Category.DRUGS: 1, Category.FIRE: 1}


def test_counts_are_kept_a_stream() -> None:
    run = Night(SATURDAY).run
    for stream, position in (("a", 1), ("b", 1), ("b", 1), ("b", 2)):
        run.take(
            Entry(fact=FeedHeard(source=Source.SBN, at=run.desk.clock), origin=Origin(stream=stream, position=position))
        )
    assert {name: count.accepted for name, count in run.desk.counts.streams.items()} == {"a": 1, "b": 2}


def test_a_tick_of_the_same_instant_does_not_tell_anything() -> None:
    night = Night(SATURDAY)
    night.at("23:00", report("theft"))
    night.to("23:00")
    night.run.take(Entry(fact=Tick(at=night.run.desk.clock)))
    assert night.run.drain() == []


def test_a_key_that_nobody_knows_is_no_record() -> None:
    desk = Night(SATURDAY).run.desk
    assert [record_of(desk, kind, "nobody") for kind in Kind] == [None] * len(Kind)
