"""From a reader's outcomes to batches: what was refused is kept first, and nothing grows without a bound."""

from collections.abc import Iterable, Iterator, Sequence

import pytest

from ingest.feeding import BATCH_LETTERS, BATCH_RECORDS, Records, Tally, batches
from ingest.outcomes import Outcome, Outside, Read, SourceUnreadable
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedHeartbeat, Source
from tests.builders_contracts import a_letter


class Kept:
    """A keeper that notes what it was given, and what had gone on by then."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []
        self.calls: list[int] = []
        self.gone_on = 0

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        self.letters += letters
        self.calls.append(self.gone_on)


def a_read(position: int) -> Read:
    return Read(position=position, record=FeedHeartbeat(source=Source.NOISE, at=position, received_at=position))


def taken(outcomes: Iterable[Outcome], **options: int) -> tuple[list[Records], Kept, Tally]:
    kept, tally, found = Kept(), Tally(), list[Records]()
    for batch in batches(outcomes, "stream", kept, tally, **options):
        found.append(batch)
        kept.gone_on += 1
    return found, kept, tally


def positions(found: list[Records]) -> list[list[int]]:
    return [[origin.position for _, origin in batch] for batch in found]


def test_records_come_in_batches_with_their_place_in_the_stream() -> None:
    found, _, tally = taken((a_read(n) for n in range(1, 8)), size=3)
    assert positions(found) == [[1, 2, 3], [4, 5, 6], [7]]
    assert {origin.stream for batch in found for _, origin in batch} == {"stream"}
    assert (tally.read, tally.outside, tally.rejected.total()) == (7, 0, 0)


def test_what_was_refused_is_kept_before_the_records_around_it_go_on() -> None:
    rows: list[Outcome] = [a_read(1), a_letter(position=2), a_read(3), a_letter(position=4), a_read(5)]
    found, kept, tally = taken(rows, size=2)
    assert positions(found) == [[1, 3], [5]]
    assert [letter.position for letter in kept.letters] == [2, 4]
    assert kept.calls == [0, 1], "each time before its batch"
    assert tally.rejected == {"bad_number": 2}


def test_words_are_made_safe_for_every_batch_though_nothing_was_refused() -> None:
    _, kept, _ = taken([a_read(1), a_read(2), a_read(3)], size=1)
    assert kept.calls == [0, 1, 2, 3]


def test_a_file_of_nothing_but_bad_rows_is_not_held_in_memory() -> None:
    found, kept, tally = taken(a_letter(position=n) for n in range(1, 10 * BATCH_LETTERS + 1))
    assert positions(found) == [[]] * 11
    assert len(kept.letters) == tally.rejected["bad_number"] == 10 * BATCH_LETTERS


def test_rows_of_elsewhere_are_counted_and_go_no_further() -> None:
    found, _, tally = taken([Outside(position=1), a_read(2), Outside(position=3)])
    assert positions(found) == [[2]]
    assert (tally.read, tally.outside) == (3, 2)


def test_what_the_journal_has_is_counted_again_and_not_given_again() -> None:
    found, _, tally = taken((a_read(n) for n in range(1, 6)), known=3)
    assert positions(found) == [[4, 5]]
    assert tally.read == 5


def test_a_file_that_breaks_off_gives_all_that_it_had_and_then_says_so() -> None:
    def rows() -> Iterator[Outcome]:
        yield a_read(1)
        yield a_letter(position=2)
        raise SourceUnreadable("calls.csv", "is gzip cut off", 2)

    kept, tally, found = Kept(), Tally(), list[Records]()
    with pytest.raises(SourceUnreadable, match="cut off"):
        found.extend(batches(rows(), "stream", kept, tally))
    assert positions(found) == [[1]]
    assert len(kept.letters) == 1


def test_an_empty_source_gives_one_empty_batch() -> None:
    found, kept, tally = taken([])
    assert (found, kept.calls, tally.read) == ([[]], [0], 0)


def test_a_batch_is_five_hundred_records_where_nothing_else_is_said() -> None:
    found, _, _ = taken(a_read(n) for n in range(1, BATCH_RECORDS + 2))
    assert [len(batch) for batch in found] == [BATCH_RECORDS, 1] == [500, 1]
