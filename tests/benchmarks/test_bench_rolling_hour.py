"""The rolling hour that the benchmark measures: exact on every event, whatever the order in which events come."""

from random import Random

from schemas.times import HOUR, MINUTE
from tests.benchmarks.rolling_hour import Count, RollingHour, decode_count


def test_a_count_is_what_counting_all_events_gives() -> None:
    random = Random(3)  # noqa: S311 - drawn events, not secrets
    hour, events = RollingHour(), list[tuple[str, int]]()
    clock = -4 * HOUR
    for number in range(2_000):
        event = (f"c{random.randrange(5)}", number * MINUTE - random.randrange(3 * HOUR))
        events.append(event)
        clock = max(clock, event[1])
        *fell, own = hour.add(*event)
        stand = [cell for cell, at in events if at + HOUR > clock]
        assert own == Count(number, event[0], stand.count(event[0]))
        assert all(one.fell and one.event == number for one in fell)
        assert hour.counts == {cell: stand.count(cell) for cell in stand}


def test_what_falls_out_is_told_with_the_event_that_moved_the_clock() -> None:
    hour = RollingHour()
    assert list(hour.add("a", 0)) == [Count(0, "a", 1)]
    assert list(hour.add("b", HOUR - 1)) == [Count(1, "b", 1)]
    assert list(hour.add("b", HOUR)) == [Count(2, "a", 0, True), Count(2, "b", 2)]
    assert hour.counts == {"b": 2}


def test_a_count_is_read_as_it_was_written() -> None:
    assert decode_count(b'{"event":1,"cell":"a","count":2}') == Count(1, "a", 2)
