"""The live feed of a desk: files from the watched folder, and dead letters whose reason is gone, with patience."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol

from ingest.dead_letters import reread
from ingest.feeding import Keeper, Records, Tally, batches
from ingest.outcomes import DeadLetter, Read, Reason, SourceUnreadable
from ingest.watch import Arrival, Inbox
from ingest.words import WordsPort
from schemas.area import Area
from schemas.feeds import FeedRecord, Source
from schemas.journal import Origin
from schemas.times import Instant

RETRY_SECONDS: Final = 2.0
"""Between two tries when the desk cannot take records: its disk is full, for instance."""

Submit = Callable[[Records], int]


class Asked(Protocol):
    """A dead letter that somebody wants read again."""

    @property
    def id(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def source(self) -> Source: ...
    @property
    def reason(self) -> str: ...
    @property
    def field(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def header(self) -> bytes | None: ...


class Letters(Protocol):
    """Where dead letters are kept."""

    def retries(self, limit: int = 500) -> Sequence[Asked]: ...
    def back_in(self, ids: list[str]) -> None: ...


class DeskFeed:
    """Feeds a live desk until told to stop. `report(source, tally)` is told of every file, read or not."""

    def __init__(
        self,
        area: Area,
        *,
        submit: Submit,
        known: Callable[[str], int],
        keeper: Keeper,
        letters: Letters,
        words: WordsPort,
        now: Callable[[], Instant],
        wait: Callable[[float], bool],
        report: Callable[[Source, Tally], None],
        patient_with: tuple[type[Exception], ...],
    ) -> None:
        self._area = area
        self._submit = submit
        self._known = known
        self._keeper = keeper
        self._letters = letters
        self._words = words
        self._now = now
        self._wait = wait
        self._report = report
        self._patient_with = patient_with

    def run(self, inbox: Inbox) -> None:
        """Follow the watched folder; between two looks, what was asked to be read again."""
        for arrival in self._arrivals(inbox):
            if not self._read(arrival):
                return

    def read_again(self, changes: dict[str, str] | None = None) -> tuple[int, int]:
        """Read the dead letters that were asked for; returns how many are back in, and how many still wait."""
        taken: list[str] = []
        still: list[DeadLetter] = []
        for asked in self._letters.retries():
            outcome = reread(_letter(asked), self._area, words=self._words, changes=changes or {})
            if isinstance(outcome, DeadLetter):
                still.append(outcome)
                continue
            self._keeper.keep([])
            if isinstance(outcome, Read):
                origin = Origin(stream=f"retry:{asked.id}", position=1)
                if not self._patiently([(self._as_received(outcome.record), origin)]):
                    break
            taken.append(asked.id)
        self._letters.back_in(taken)
        self._keeper.keep(still)
        return len(taken), len(still)

    def _arrivals(self, inbox: Inbox) -> Iterator[Arrival]:
        def wait(seconds: float) -> bool:
            self.read_again()
            return self._wait(seconds)

        return inbox.arrivals(wait)

    def _read(self, arrival: Arrival) -> bool:
        """Read one file to its end; False when told to stop before that. Then it is taken up where it was."""
        tally, known = Tally(), self._known(arrival.stream)
        try:
            for records in batches(arrival.rows(known), arrival.stream, self._keeper, tally):
                if not self._patiently([(self._as_received(record), origin) for record, origin in records]):
                    return False
        except SourceUnreadable as error:
            arrival.refuse(str(error))
        else:
            arrival.done()
        self._report(arrival.source, tally)
        return True

    def _as_received(self, record: FeedRecord) -> FeedRecord:
        """Live, a record was received when we have it, whatever its file says."""
        return replace(record, received_at=self._now())

    def _patiently(self, records: Records) -> bool:
        """Submit until it is taken; False when told to stop."""
        while True:
            try:
                self._submit(records)
            except self._patient_with:
                if self._wait(RETRY_SECONDS):
                    return False
            else:
                return True


def _letter(asked: Asked) -> DeadLetter:
    return DeadLetter(
        file=asked.file,
        line=asked.line,
        position=asked.position,
        source=asked.source,
        reason=Reason(asked.reason),
        field=asked.field,
        value=asked.value,
        rule=asked.rule,
        raw=asked.raw,
        header=asked.header,
    )
