"""Several sources as one ordered, numbered stream; files out of order sorted in bounded memory."""

from collections.abc import Iterator, Sequence

import pytest

import ingest.merge as merge_module
import ingest.sorting as sorting_module
from ingest.merge import merged, merged_name
from ingest.outcomes import Outcome, Outside, Read, SourceUnreadable
from ingest.simulate.draws import seeded
from schemas.categories import Category
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedHeartbeat, FeedRecord, LfbCall, PointEvent, Source, Withdrawal
from tests.builders_contracts import a_letter


def point(at: int, name: str = "p") -> PointEvent:
    return PointEvent(source_id=name, occurred_at=at, received_at=at, lat=51.5, lon=-0.1)


def call(at: int) -> LfbCall:
    return LfbCall(
        source_id=f"c{at}", category=Category.FIRE, occurred_at=at, received_at=at, lat=51.5, lon=-0.1, borough_code="E"
    )


def letter(position: int) -> DeadLetter:
    return a_letter(line=position + 1, position=position, raw=b"\xff,?")


def reader(rows: Sequence[FeedRecord | str | None], fails: str = "") -> Iterator[Outcome]:
    """A record, None for a dead letter, or `outside`; then an error."""
    for position, row in enumerate(rows, start=1):
        if row is None:
            yield letter(position)
        elif isinstance(row, str):
            yield Outside(position=position)
        else:
            yield Read(position=position, record=row)
    if fails:
        raise SourceUnreadable(fails, "is cut off", len(rows))


def times(found: Sequence[Outcome]) -> list[int | str]:
    return [
        outcome.record.received_at if isinstance(outcome, Read) else type(outcome).__name__.lower() for outcome in found
    ]


@pytest.fixture
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_module, "BLOCK_ROWS", 16)
    monkeypatch.setattr(sorting_module, "RUN_ROWS", 50)


def test_sources_are_one_stream_by_time_then_source_then_row() -> None:
    heartbeat = FeedHeartbeat(source=Source.NOISE, at=5, received_at=5)
    withdrawal = Withdrawal(source=Source.SBN, source_id="r", revision=1, received_at=5)
    found = list(
        merged([reader([point(1, "a"), point(5, "b"), point(5, "c")]), reader([call(5), withdrawal, heartbeat])])
    )
    names = [outcome.record for outcome in found if isinstance(outcome, Read)]
    assert names == [point(1, "a"), call(5), heartbeat, point(5, "b"), point(5, "c"), withdrawal]
    assert [outcome.position for outcome in found] == [1, 2, 3, 4, 5, 6]


def test_a_dead_letter_keeps_its_place_and_its_own_position() -> None:
    found = list(merged([reader([None, point(10), None, point(20)]), reader([call(5), "outside", call(15)])]))
    assert times(found) == ["deadletter", 5, "outside", 10, "deadletter", 15, 20]
    assert [outcome.position for outcome in found] == [1, 2, 3, 4, 3, 6, 7]


def test_the_stream_goes_on_after_an_ordinal() -> None:
    def sources() -> list[Iterator[Outcome]]:
        return [reader([point(at) for at in range(0, 40, 2)]), reader([None, *(call(at) for at in range(30))])]

    whole = list(merged(sources()))
    for start in (0, 1, 17, 51, 99):
        assert list(merged(sources(), start=start)) == whole[start:]


@pytest.mark.usefixtures("_small_blocks")
@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17, 32, 33, 500])
@pytest.mark.parametrize("shape", ["in order", "backwards", "shuffled", "nearly"])
def test_any_order_of_a_file_comes_out_in_order(rows: int, shape: str) -> None:
    rng = seeded(rows)
    at = list(range(rows))
    if shape == "backwards":
        at.reverse()
    elif shape == "shuffled":
        rng.shuffle(at)
    elif shape == "nearly":
        at = sorted(at, key=lambda each: each + rng.random() * 12)
    found = list(merged([reader([point(each) for each in at]), reader([call(each) for each in at[::3]])]))
    got = times(found)
    assert got == sorted([*at, *at[::3]])
    assert [outcome.position for outcome in found] == list(range(1, len(found) + 1))


@pytest.mark.usefixtures("_small_blocks")
@pytest.mark.parametrize("seed", range(20))
def test_small_disorder_in_a_file_that_began_in_order_is_put_right(seed: int) -> None:
    rng = seeded(seed)
    at = [*range(20), *sorted(range(20, 300), key=lambda each: each + rng.random() * 14)]
    assert times(list(merged([reader([point(each) for each in at])]))) == list(range(300))


@pytest.mark.usefixtures("_small_blocks")
def test_every_kind_of_outcome_survives_the_temporary_file() -> None:
    rows: list[FeedRecord | str | None] = [point(100 - at, f"p{at}") for at in range(60)]
    rows += [None, call(7), "outside", Withdrawal(source=Source.SBN, source_id="r", revision=1, received_at=3)]
    found = list(merged([reader(rows)]))
    assert times(found) == [3, 7, "outside", 41, "deadletter", *range(42, 101)]
    assert letter(61) in found


@pytest.mark.usefixtures("_small_blocks")
def test_a_row_far_behind_its_place_in_an_ordered_file_comes_late_and_is_not_lost() -> None:
    at = [*range(100, 200), 5, *range(200, 300)]
    got = times(list(merged([reader([point(each) for each in at])])))
    assert sorted(got, key=int) == sorted(at)
    assert got != sorted(at)
    assert [each for each in got if each != 5] == [each for each in at if each != 5]


@pytest.mark.usefixtures("_small_blocks")
def test_an_ordered_file_streams() -> None:
    taken = 0

    def endless() -> Iterator[Outcome]:
        nonlocal taken
        while True:
            taken += 1
            yield Read(position=taken, record=point(taken))

    stream = merged([endless()])
    assert [next(stream).position for _ in range(1_000)] == list(range(1, 1_001))
    assert taken <= 1_000 + 2 * 16


def test_one_source_that_breaks_stops_no_other_and_is_told_at_the_end() -> None:
    found: list[Outcome] = []
    stream = merged([reader([point(1), point(9)], fails="one.csv"), reader([call(2), call(12)])])
    with pytest.raises(SourceUnreadable, match=r"one\.csv: is cut off; 2 rows read") as caught:
        found.extend(stream)
    assert times(found) == [1, 2, 9, 12]
    assert caught.value.rows_read == 2


def test_two_sources_that_break_are_both_told() -> None:
    with pytest.raises(SourceUnreadable, match=r"one\.csv: is cut off; two.csv: is cut off; 3 rows"):
        list(merged([reader([point(1)], fails="one.csv"), reader([call(2), call(12)], fails="two.csv")]))


def test_a_lone_stream_keeps_its_name_and_several_have_one_of_their_own() -> None:
    assert merged_name(["file:a"]) == "file:a"
    assert merged_name(["file:a", "file:b"]) == merged_name(["file:a", "file:b"]) != merged_name(["file:b", "file:a"])
    assert merged_name(["file:a", "file:b"]).startswith("merged:")
