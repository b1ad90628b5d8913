"""Patience: what passes by itself is waited out, anything else is not, and a wait ends when we are told to stop."""

from collections.abc import Callable

import pytest

from ingest.feeding import Records
from ingest.patience import RETRY_SECONDS, WAITING, Patience, PatientKeeper, PatientSubmit, PatientWords, ToldToStop
from schemas.dead_letters import DeadLetter
from schemas.times import Instant
from schemas.trouble import Trouble


class Full(Exception):
    """What passes."""


class Waits:
    """Notes every wait; from `stop_at` on it is time to stop."""

    def __init__(self, stop_at: int = 1_000) -> None:
        self.waited: list[float] = []
        self.stop_at = stop_at

    def __call__(self, seconds: float) -> bool:
        self.waited.append(seconds)
        return len(self.waited) >= self.stop_at


def failing(times: int, error: Exception) -> Callable[[], int]:
    """Raises so many times, and then returns how often it was called."""
    calls = 0

    def act() -> int:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise error
        return calls

    return act


def test_it_is_tried_until_it_works_and_the_trouble_is_said_meanwhile() -> None:
    trouble, texts = Trouble("feeds"), list[str | None]()

    def wait(seconds: float) -> bool:
        texts.append(trouble.text)
        assert seconds == RETRY_SECONDS
        return False

    assert Patience(wait, (Full,), trouble)(failing(3, Full("no room"))) == 4
    assert texts == [WAITING] * 3
    assert trouble.text is None


def test_anything_else_is_not_waited_out() -> None:
    waits = Waits()
    with pytest.raises(ZeroDivisionError):
        Patience(waits, (Full,), Trouble("feeds"))(failing(1, ZeroDivisionError()))
    assert waits.waited == []


def test_a_wait_ends_when_told_to_stop() -> None:
    waits = Waits(stop_at=2)
    with pytest.raises(ToldToStop):
        Patience(waits, (Full,), Trouble("feeds"))(failing(9, Full()))
    assert len(waits.waited) == 2


class Grudging:
    """A desk, keeper and words port that refuses the first of every two calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def take(self, *arguments: object) -> None:
        self.calls.append(arguments)
        if len(self.calls) % 2:
            raise Full

    def submit(self, records: Records, tick_to: Instant | None = None) -> int:
        self.take(records, tick_to)
        return 7


class GrudgingKeeper(Grudging):
    def keep(self, letters: list[DeadLetter]) -> None:
        self.take(letters)


class GrudgingWords(Grudging):
    def keep(self, ref: str, owner: str, text: str) -> None:
        self.take(ref, owner, text)


def test_a_desk_a_keeper_and_a_words_port_are_asked_again_with_the_same() -> None:
    patience = Patience(Waits(), (Full,), Trouble("feeds"))
    desk, keeper, words = Grudging(), GrudgingKeeper(), GrudgingWords()
    assert PatientSubmit(desk.submit, patience)([], 5) == 7
    PatientKeeper(keeper, patience).keep([])
    PatientWords(words, patience).keep("w-1", "venue", "text")
    assert (desk.calls, keeper.calls) == ([([], 5)] * 2, [([],)] * 2)
    assert words.calls == [("w-1", "venue", "text")] * 2
