"""From a reader's outcomes to batches: refused rows and words are kept first, then the records go on."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from ingest.outcomes import Outcome, Read, SourceUnreadable
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedRecord
from schemas.journal import Origin

BATCH_RECORDS: Final = 500
BATCH_LETTERS: Final = 100
"""Refused rows in memory before they are kept."""

Records = list[tuple[FeedRecord, Origin]]


class Keeper(Protocol):
    """Keeps refused rows and words, durably, before anything built on them goes on."""

    def keep(self, letters: list[DeadLetter]) -> None:
        """Keep refused rows and, with them, all words given so far."""


@dataclass(slots=True)
class Tally:
    """What a reader gave."""

    read: int = 0
    outside: int = 0
    rejected: Counter[str] = field(default_factory=Counter)

    def count(self, outcome: Outcome) -> None:
        """One row more."""
        self.read += 1
        if isinstance(outcome, DeadLetter):
            self.rejected[outcome.reason.value] += 1
        elif not isinstance(outcome, Read):
            self.outside += 1


def batches(
    outcomes: Iterable[Outcome], stream: str, keeper: Keeper, tally: Tally, *, known: int = 0, size: int = BATCH_RECORDS
) -> Iterator[Records]:
    """Records in batches of at most `size`; those up to position `known` stand in the journal and are only counted.

    SourceUnreadable passes through after the last batch of what could be read.
    """
    records: Records = []
    letters: list[DeadLetter] = []
    failure: SourceUnreadable | None = None
    rows = iter(outcomes)
    while failure is None:
        try:
            outcome = next(rows)
        except StopIteration:
            break
        except SourceUnreadable as error:
            failure = error
            break
        tally.count(outcome)
        if isinstance(outcome, DeadLetter):
            letters.append(outcome)
        elif isinstance(outcome, Read) and outcome.position > known:
            records.append((outcome.record, Origin(stream=stream, position=outcome.position)))
        if len(records) >= size or len(letters) >= BATCH_LETTERS:
            keeper.keep(letters)
            yield records
            records, letters = [], []
    keeper.keep(letters)
    yield records
    if failure is not None:
        raise failure
