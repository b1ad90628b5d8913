"""Playing at a chosen speed, on a clock that a test draws: who goes when, and where the virtual clock stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from ingest.feeding import BATCH_RECORDS, Records
from ingest.pacing import BEAT_SECONDS, TICK_EVERY, play
from schemas.feeds import FeedHeartbeat, Source
from schemas.journal import Origin
from schemas.times import HOUR, MINUTE, SECOND, Instant, from_rfc3339

EVENING: Instant = from_rfc3339("2026-05-16T20:00:00Z")


@dataclass(slots=True)
class Drawn:
    """Seconds that pass only while somebody waits, and what was submitted when."""

    stops_after_s: float = float("inf")
    seconds: float = 0.0
    pauses: list[float] = field(default_factory=list)
    sent: list[tuple[float, list[int], Instant | None]] = field(default_factory=list)

    def clock(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        self.seconds += seconds
        return self.seconds >= self.stops_after_s

    def submit(self, records: Records, tick_to: Instant | None = None) -> int:
        self.sent.append((self.seconds, [origin.position for _, origin in records], tick_to))
        return 0

    def when(self) -> dict[int, float]:
        """At which second each record went."""
        return {position: at for at, positions, _ in self.sent for position in positions}

    def ticks(self) -> list[Instant]:
        return [tick for _, _, tick in self.sent if tick is not None]


def received(*offsets: int) -> list[Records]:
    """Records received so many milliseconds after the evening began, in batches of two."""
    records: Records = [
        (FeedHeartbeat(source=Source.NOISE, at=EVENING + at, received_at=EVENING + at), Origin(stream="s", position=n))
        for n, at in enumerate(offsets, start=1)
    ]
    return [records[start : start + 2] for start in range(0, len(records), 2)]


def played(
    drawn: Drawn, batches: list[Records], *, speed: float = 60, begin: int | None = 0, until: int | None = None
) -> bool:
    return play(
        batches,
        drawn.submit,
        speed=speed,
        begin=None if begin is None else EVENING + begin,
        until=None if until is None else EVENING + until,
        clock=drawn.clock,
        wait=drawn.wait,
    )


def test_each_record_goes_when_the_virtual_clock_reaches_its_receipt() -> None:
    drawn = Drawn()
    assert played(drawn, received(MINUTE, 2 * MINUTE, 2 * MINUTE, 10 * MINUTE), until=HOUR)
    for position, due_s in {1: 1.0, 2: 2.0, 3: 2.0, 4: 10.0}.items():
        assert due_s - 1e-6 <= drawn.when()[position] <= due_s + BEAT_SECONDS
    assert drawn.seconds == pytest.approx(60.0, abs=BEAT_SECONDS)


def test_what_was_received_before_the_beginning_goes_at_once_and_in_order() -> None:
    drawn = Drawn()
    played(drawn, received(-HOUR, -MINUTE, 0, 5 * MINUTE), until=HOUR)
    assert [drawn.when()[position] for position in (1, 2, 3)] == [0.0, 0.0, 0.0]
    assert drawn.sent[0] == (0.0, [1, 2, 3], EVENING)


def test_the_clock_ticks_every_five_virtual_seconds_but_no_faster_than_twenty_times_a_second() -> None:
    slow, fast = Drawn(), Drawn()
    played(slow, [], speed=1, until=MINUTE)
    assert slow.ticks() == [EVENING + at for at in range(0, MINUTE + 1, TICK_EVERY)]
    played(fast, [], speed=3_600, until=HOUR)
    assert set(fast.pauses) == {BEAT_SECONDS}
    assert len(fast.ticks()) == 21


def test_a_record_that_is_due_before_the_next_tick_is_not_held_up_by_it() -> None:
    drawn = Drawn()
    played(drawn, received(2 * SECOND), speed=1, until=MINUTE)
    assert drawn.when()[1] == pytest.approx(2.0, abs=BEAT_SECONDS)


def test_without_an_end_it_ends_with_the_last_record_and_never_ticks_past_it() -> None:
    drawn = Drawn()
    assert played(drawn, received(0, MINUTE, HOUR), begin=None)
    assert drawn.when()[3] == pytest.approx(60.0, abs=BEAT_SECONDS)
    assert max(drawn.ticks()) < EVENING + HOUR


def test_without_a_beginning_it_begins_with_the_first_record() -> None:
    drawn = Drawn()
    played(drawn, received(9 * HOUR, 9 * HOUR + MINUTE), begin=None)
    assert drawn.when() == {1: 0.0, 2: pytest.approx(1.0, abs=BEAT_SECONDS)}


def test_what_is_received_after_the_end_goes_at_the_end_and_moves_the_clock_no_further() -> None:
    drawn = Drawn()
    assert played(drawn, received(MINUTE, 3 * HOUR, 4 * HOUR), until=HOUR)
    assert drawn.when()[2] == drawn.when()[3] == drawn.seconds
    assert drawn.ticks()[-1] == EVENING + HOUR
    assert drawn.sent[-1][2] is None


def test_a_record_out_of_order_keeps_its_place_and_waits_for_those_before_it() -> None:
    drawn = Drawn()
    played(drawn, received(10 * MINUTE, MINUTE, 20 * MINUTE), until=HOUR)
    assert drawn.when()[2] == drawn.when()[1]
    assert list(drawn.when()) == [1, 2, 3]


def test_told_to_stop_it_stops_between_two_moves() -> None:
    drawn = Drawn(stops_after_s=30.0)
    assert not played(drawn, received(MINUTE, 50 * MINUTE), until=HOUR)
    assert list(drawn.when()) == [1]


def test_no_records_and_no_end_is_over_at_once() -> None:
    drawn = Drawn()
    assert played(drawn, [], begin=None)
    assert drawn.sent == []


def test_however_fast_it_runs_no_more_than_a_batch_is_held_at_once() -> None:
    drawn = Drawn()
    many = [record for batch in received(*range(10_000)) for record in batch]
    read_ahead: list[int] = []

    def one_by_one() -> Iterator[Records]:
        for number, record in enumerate(many, start=1):
            read_ahead.append(number - len(drawn.when()))
            yield [record]

    assert play(one_by_one(), drawn.submit, speed=1e9, begin=EVENING, until=None, clock=drawn.clock, wait=drawn.wait)
    assert list(drawn.when()) == list(range(1, 10_001))
    assert max(read_ahead) <= BATCH_RECORDS + 1
