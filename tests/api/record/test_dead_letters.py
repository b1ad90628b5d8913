"""Dead letters: kept once, retried on request, their bytes gone after 14 days or when they are back in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from api.record.dead_letters import COUNTED_FOR, DeadLetters, State
from api.record.kept import Kept, open_kept
from api.record.kept_tables import dead_bytes, dead_letters
from schemas.dead_letters import Asked
from tests.builders_contracts import a_letter
from tests.builders_postgres import Where, stored
from tests.builders_record import SATURDAY


@pytest.fixture
def kept(where: Where) -> Iterator[Kept]:
    opened = open_kept(where.kept)
    yield opened
    opened.close()


def _bytes_kept(kept: Kept) -> int:
    with kept.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(dead_bytes)).scalar_one()


def _rule(kept: Kept) -> str:
    with kept.store.reading() as connection:
        return str(connection.execute(select(dead_letters.c.rule)).scalar_one())


def test_a_row_at_the_same_place_is_kept_once(kept: Kept) -> None:
    letters = DeadLetters(kept)
    assert letters.keep([a_letter(), a_letter(line=8)], SATURDAY) == 0
    assert letters.keep([a_letter()], SATURDAY) == 0
    assert letters.counts() == {State.WAITING: 2, State.RETRY_REQUESTED: 0, State.BACK_IN: 0, State.GONE: 0}


def test_what_is_asked_for_comes_back_with_its_bytes_and_place_in_order(kept: Kept) -> None:
    letters = DeadLetters(kept)
    second, first = a_letter(line=9, raw=b"b"), a_letter(line=2, raw=b"a", header=None)
    letters.keep([second, first], SATURDAY)
    assert letters.retries() == []
    assert letters.ask_retry() == 2
    asked = letters.retries()
    assert [one.letter for one in asked] == [first, second]
    assert letters.retries(limit=1) == [Asked(id=asked[0].id, letter=first)]


def test_one_that_is_back_in_leaves_no_bytes_and_a_repeat_does_not_bring_them_back(kept: Kept) -> None:
    letters = DeadLetters(kept)
    letters.keep([a_letter()], SATURDAY)
    letters.ask_retry()
    letters.back_in(one.id for one in letters.retries())
    letters.keep([a_letter()], SATURDAY)
    assert letters.counts()[State.BACK_IN] == 1
    assert letters.counts()[State.WAITING] == 0
    assert _bytes_kept(kept) == 0


def test_one_that_is_refused_again_waits_again_with_the_new_rule(kept: Kept) -> None:
    letters = DeadLetters(kept)
    letters.keep([a_letter()], SATURDAY)
    letters.ask_retry()
    letters.keep([a_letter(rule="must be a venue we know", field="venue_id")], SATURDAY)
    assert letters.counts()[State.WAITING] == 1
    assert _rule(kept) == "must be a venue we know"
    assert letters.ask_retry() == 1


def test_bytes_and_values_are_erased_by_their_age(kept: Kept) -> None:
    letters = DeadLetters(kept)
    letters.keep([a_letter(line=1, raw=b"an old secret", value="an old secret"), a_letter(line=2)], SATURDAY)
    letters.keep([a_letter(line=3)], SATURDAY + 1)
    assert letters.erase_until(SATURDAY - 1) == 0
    assert letters.erase_until(SATURDAY) == 2
    assert letters.counts()[State.GONE] == 2
    assert letters.counts()[State.WAITING] == 1
    assert letters.ask_retry() == 1
    kept.store.forget_erased()
    assert b"an old secret" not in stored(kept.store.place)


@pytest.mark.parametrize("bounds", [{"letters_max": 2}, {"bytes_max": 100}], ids=["letters", "bytes"])
def test_there_is_a_bound_and_what_does_not_fit_is_counted(bounds: dict[str, int], kept: Kept) -> None:
    letters = DeadLetters(kept, **bounds)
    rows = [a_letter(line=line) for line in range(5)]
    assert letters.keep(rows, SATURDAY) == 3
    assert DeadLetters(kept, **bounds).keep(rows[2:], SATURDAY) == 3
    letters.erase_until(SATURDAY)
    assert letters.keep(rows[2:4], SATURDAY + 1) == 0


def test_repeats_do_not_use_up_the_room(kept: Kept) -> None:
    letters = DeadLetters(kept, letters_max=2)
    for _ in range(5):
        letters.keep([a_letter()], SATURDAY)
    assert letters.keep([a_letter(line=2)], SATURDAY) == 0


def test_what_another_process_keeps_uses_up_the_room_too(kept: Kept) -> None:
    here, there = DeadLetters(kept, letters_max=3), DeadLetters(kept, letters_max=3)
    assert here.keep([a_letter(line=1)], SATURDAY) == 0
    assert there.keep([a_letter(line=2), a_letter(line=3)], SATURDAY) == 0
    assert here.keep([a_letter(line=4)], SATURDAY + COUNTED_FOR) == 1


def test_where_there_is_no_room_left_what_is_refused_again_waits_again(kept: Kept) -> None:
    letters = DeadLetters(kept, letters_max=2)
    letters.keep([a_letter(line=1), a_letter(line=2)], SATURDAY)
    letters.ask_retry()
    assert letters.keep([a_letter(line=1), a_letter(line=3), a_letter(line=2)], SATURDAY) == 1, "the third alone is new"
    assert letters.retries() == []
    assert letters.counts()[State.WAITING] == 2


def test_many_are_settled_at_once(kept: Kept) -> None:
    letters = DeadLetters(kept)
    letters.keep([a_letter(line=line) for line in range(1_200)], SATURDAY)
    letters.ask_retry()
    letters.back_in([one.id for one in letters.retries(limit=2_000)])
    assert letters.counts()[State.BACK_IN] == 1_200
