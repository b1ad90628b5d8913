"""Faults touch each report once, never the story, and lose nothing but what a silence swallows."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from ingest.simulate.city import City
from ingest.simulate.draws import seeded
from ingest.simulate.faults import Silence, random_silence, with_faults
from ingest.simulate.happenings import happenings
from ingest.simulate.messages import Fault, Message, Status, numbered, sent
from schemas.feeds import Source
from schemas.night import OperatingNight
from schemas.times import HOUR, MINUTE, SECOND, zone


@pytest.fixture(scope="module")
def clean(city: City, saturday: OperatingNight) -> list[Message]:
    rng = seeded("faults")
    messages = sent(happenings(city, saturday, rng), saturday, city.teams, rng)
    return numbered(messages, date(2026, 5, 16), zone("Europe/London"))


@pytest.fixture(scope="module")
def faulty(clean: list[Message], city: City, saturday: OperatingNight) -> list[Message]:
    return with_faults(clean, city, saturday, seeded("faults", 1))


def test_the_shares_are_as_designed(clean: list[Message], faulty: list[Message]) -> None:
    reports = sum(message.source in (Source.SBN, Source.NIGHTSTARS) for message in clean)
    counts = Counter(message.fault for message in faulty if message.source is not Source.LFB)
    assert counts[Fault.LATE] == round(0.04 * reports)
    assert counts[Fault.CORRECTION] == round(0.04 * reports)
    assert counts[Fault.WITHDRAWAL] == round(0.02 * reports)
    assert counts[Fault.RETRY] == round(0.03 * reports)
    assert counts[Fault.DUPLICATE] == round(0.03 * reports)


def test_no_report_has_two_faults_and_none_is_lost(clean: list[Message], faulty: list[Message]) -> None:
    marked = Counter((message.source, message.source_id) for message in faulty if message.fault)
    assert set(marked.values()) == {1}
    assert {message.source_id for message in faulty} == {message.source_id for message in clean}
    assert not [message for message in faulty if message.fault and message.source is Source.NOISE]


def test_a_duplicate_is_the_same_line_and_a_retry_seconds_later(faulty: list[Message]) -> None:
    originals = {message.source_id: message for message in faulty if not message.fault and message.source_id}
    for message in faulty:
        if message.fault in (Fault.DUPLICATE, Fault.RETRY):
            original = originals[message.source_id]
            waited = message.sent_at - original.sent_at
            assert replace(message, fault=None, sent_at=original.sent_at) == original
            assert waited == 0 if message.fault is Fault.DUPLICATE else 2 * SECOND <= waited <= 9 * SECOND


def test_a_correction_changes_category_or_place(faulty: list[Message], city: City) -> None:
    originals = {message.source_id: message for message in faulty if message.revision == 0}
    changed: Counter[str] = Counter()
    for message in faulty:
        if message.status is Status.CORRECTED:
            before = originals[message.source_id].happening
            changed["category"] += message.happening.category is not before.category
            changed["place"] += message.happening.position != before.position
            assert city.inside(message.happening.position)
    assert changed["category"] >= 1
    assert changed["place"] >= 1
    assert changed.total() == sum(message.status is Status.CORRECTED for message in faulty)


def test_some_revisions_overtake_their_original(faulty: list[Message]) -> None:
    originals = {message.source_id: message.sent_at for message in faulty if message.revision == 0}
    overtook = [m.status for m in faulty if m.revision and m.sent_at < originals[m.source_id]]
    assert set(overtook) == {Status.CORRECTED, Status.WITHDRAWN}


def test_late_reports_come_hours_later_and_after_the_close(faulty: list[Message], saturday: OperatingNight) -> None:
    late = [message for message in faulty if message.fault is Fault.LATE]
    assert all(message.sent_at - message.happening.at >= 30 * MINUTE for message in late)
    assert sum(message.sent_at - message.happening.at > 3 * HOUR for message in late) >= 2
    assert sum(message.sent_at >= saturday.closes_at for message in late) >= 1


def test_the_story_is_left_alone(clean: list[Message], city: City, saturday: OperatingNight) -> None:
    staged = [replace(message, staged=True) for message in clean]
    assert with_faults(staged, city, saturday, seeded("staged")) == staged


def test_a_silence_swallows_its_own_feed_and_ends_on_time() -> None:
    silence = Silence(source=Source.NOISE, starts_at=1_000, ends_at=2_000)
    assert [at for at in (999, 1_000, 1_999, 2_000) if silence.swallows(Source.NOISE, at)] == [1_000, 1_999]
    assert not silence.swallows(Source.SBN, 1_500)


def test_a_random_silence_is_forty_minutes_well_inside_the_night(saturday: OperatingNight) -> None:
    drawn = [random_silence(saturday, seeded("silence", number)) for number in range(40)]
    assert {silence.ends_at - silence.starts_at for silence in drawn} == {40 * MINUTE}
    assert all(saturday.opens_at + HOUR <= s.starts_at and s.ends_at <= saturday.closes_at - HOUR for s in drawn)
    assert len({silence.source for silence in drawn}) == 4
