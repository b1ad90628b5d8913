"""Patience: what the desk or its files cannot take now is tried again until they can, or until we are told to stop.

Nothing is lost meanwhile: who feeds us waits, and a file stays where it lies.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from ingest.feeding import Keeper, Records
from ingest.pacing import Submit
from ingest.words import WordsPort
from schemas.dead_letters import DeadLetter
from schemas.times import Instant
from schemas.trouble import Trouble

RETRY_SECONDS: Final = 1.0
WAITING: Final = "What comes in cannot be taken now: it waits where it lies and is tried again."

T = TypeVar("T")


class ToldToStop(Exception):
    """We were told to stop while waiting; what was not taken stays where it was."""


class Patience:
    """Calls until it works. `patient_with` is what passes by itself; `wait(seconds)` is True when it is time to end."""

    def __init__(
        self, wait: Callable[[float], bool], patient_with: tuple[type[Exception], ...], trouble: Trouble
    ) -> None:
        self._wait = wait
        self._patient_with = patient_with
        self._trouble = trouble

    def __call__(self, act: Callable[[], T]) -> T:
        """What `act` returns once it works; ToldToStop."""
        while True:
            try:
                done = act()
            except self._patient_with as error:
                self._trouble.set(WAITING, str(error))
                if self._wait(RETRY_SECONDS):
                    raise ToldToStop(str(error)) from error
            else:
                self._trouble.set(None)
                return done


class PatientSubmit:
    """A desk that is asked again."""

    def __init__(self, submit: Submit, patience: Patience) -> None:
        self._submit = submit
        self._patience = patience

    def __call__(self, records: Records, tick_to: Instant | None = None) -> int:
        """Until it has taken them."""
        return self._patience(lambda: self._submit(records, tick_to))


class PatientKeeper:
    """A keeper of refused rows that is asked again."""

    def __init__(self, keeper: Keeper, patience: Patience) -> None:
        self._keeper = keeper
        self._patience = patience

    def keep(self, letters: list[DeadLetter]) -> None:
        """Until they are kept."""
        self._patience(lambda: self._keeper.keep(letters))


class PatientWords:
    """A words port that is asked again."""

    def __init__(self, words: WordsPort, patience: Patience) -> None:
        self._words = words
        self._patience = patience

    def keep(self, ref: str, owner: str, text: str) -> None:
        """Until they are kept."""
        self._patience(lambda: self._words.keep(ref, owner, text))
