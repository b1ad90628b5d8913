"""Work for a desk: each piece becomes entries of the journal, what waits together one append, and each is answered.

A piece is answered once its entries are durable, folded and told; one that failed has left nothing in the journal.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, Generic, Protocol, TypeVar

from schemas.audiences import Role
from schemas.feeds import FeedRecord
from schemas.journal import Entry, Fact, Origin, Seen
from schemas.picture import Incident, Kind
from schemas.times import Instant
from schemas.verdicts import Judgement, Verdict
from streams.core.desk import Desk
from streams.core.records import record_of
from streams.intake import Intake
from streams.journal import Journal
from streams.judging import seen_at, verdict_on

API_STREAM: Final = "api"
"""The stream of what people say and do; its positions are given at the append, so that none is given twice."""

Records = Sequence[tuple[FeedRecord, Origin]]
Judgements = Sequence[Judgement | None]
T = TypeVar("T")
MaySee = Callable[[Incident], bool]


class Making:
    """One append in the making: what is known before it, and the next position of the API's stream."""

    def __init__(self, desk: Desk, intake: Intake, journal: Journal) -> None:
        self.desk = desk
        self.fact = intake.fact
        self.known = journal.position
        self._position = journal.position(API_STREAM)

    def next_origin(self) -> Origin:
        """A place in the API's stream that nothing has."""
        self._position += 1
        return Origin(stream=API_STREAM, position=self._position)


class Work(Protocol):
    """A piece of work. `outside` is how many of its records lay outside the area."""

    outside: int

    @property
    def size(self) -> int:
        """How many records it brings."""

    def entries(self, making: Making) -> list[Entry]:
        """What it adds to the journal."""

    def judged(self, desk: Desk, judgements: Judgements) -> None:
        """The fold has applied its entries, and judged them so."""

    def finish(self) -> None:
        """Answer whoever waits."""

    def refuse(self, error: BaseException) -> None:
        """Tell whoever waits why there is no answer."""


class _Piece(Generic[T]):
    """What all pieces share: somebody waits for an answer."""

    def __init__(self) -> None:
        self.outside = 0
        self.future: Future[T] = Future()
        self.future.set_running_or_notify_cancel()  # whoever waits may go away, and the work is done all the same

    def answer(self) -> T:
        """What whoever waits is told."""
        raise NotImplementedError

    def finish(self) -> None:
        """Answer whoever waits."""
        self.future.set_result(self.answer())

    def refuse(self, error: BaseException) -> None:
        """Tell whoever waits why there is no answer."""
        self.future.set_exception(error)


class Brought(_Piece[int]):
    """Records of a feed, under positions of its own; the answer is how many lay outside the area."""

    def __init__(self, records: Records, tick_to: Instant | None = None) -> None:
        super().__init__()
        self.records, self.tick_to = records, tick_to

    @property
    def size(self) -> int:
        """How many records it brings."""
        return len(self.records)

    def entries(self, making: Making) -> list[Entry]:
        """Those that the journal has not yet."""
        facts, self.outside = new_facts(making, self.records)
        return [Entry(fact=fact, origin=origin) for fact, _, origin in facts]

    def judged(self, desk: Desk, judgements: Judgements) -> None:
        """Nobody asked."""

    def answer(self) -> int:
        """How many lay outside."""
        return self.outside


class Asked(_Piece[list[Verdict]]):
    """Records whose verdicts somebody waits for; those without an origin get the next places of the API's stream."""

    def __init__(self, records: Sequence[tuple[FeedRecord, Origin | None]]) -> None:
        super().__init__()
        self._records = records
        self._facts: list[tuple[Fact | None, bool]] = []
        self._verdicts: list[Verdict] = []

    @property
    def size(self) -> int:
        """How many records it brings."""
        return len(self._records)

    def entries(self, making: Making) -> list[Entry]:
        """Those that lie in the area and that the journal has not yet."""
        entries: list[Entry] = []
        self._facts.clear()
        for record, given in self._records:
            fact = making.fact(record)
            is_new = fact is not None and (given is None or given.position > making.known(given.stream))
            self._facts.append((fact, is_new))
            if fact is not None and is_new:
                entries.append(Entry(fact=fact, origin=given or making.next_origin()))
        self.outside = sum(fact is None for fact, _ in self._facts)
        return entries

    def judged(self, desk: Desk, judgements: Judgements) -> None:
        """Keep each record's verdict."""
        said = iter(judgements)
        self._verdicts = [verdict_on(desk, fact, next(said) if is_new else None) for fact, is_new in self._facts]

    def answer(self) -> list[Verdict]:
        """A verdict a record."""
        return self._verdicts


class Look(_Piece[Instant | None]):
    """Somebody opens an incident: its reports are seen, if they may see it. The answer is since when all of them are.

    None: there is no such incident, or none for them.
    """

    def __init__(self, incident: str, may_see: MaySee, by: Role, at: Instant) -> None:
        super().__init__()
        self._incident, self._may_see, self._by, self._at = incident, may_see, by, at
        self._keys: list[str] = []
        self._seen_at: Instant | None = None

    @property
    def size(self) -> int:
        """It brings none."""
        return 0

    def entries(self, making: Making) -> list[Entry]:
        """One, unless all that may be seen was seen before."""
        desk, self._keys = making.desk, []
        record = record_of(desk, Kind.INCIDENTS, self._incident)
        if not isinstance(record, Incident) or not self._may_see(record):
            return []
        self._keys = [member.key for member in desk.incidents.known[self._incident].cluster.members]
        unseen = tuple(key for key in self._keys if desk.reports.known[key].seen_at is None)
        if not unseen:
            return []
        return [Entry(fact=Seen(reports=unseen, by=self._by, at=self._at), origin=making.next_origin())]

    def judged(self, desk: Desk, judgements: Judgements) -> None:  # noqa: ARG002
        """Keep when they were seen."""
        self._seen_at = seen_at(desk, self._keys)

    def answer(self) -> Instant | None:
        """Since when all of them are seen."""
        return self._seen_at


def new_facts(making: Making, records: Records) -> tuple[list[tuple[Fact, Instant, Origin]], int]:
    """The facts that the journal has not yet, and how many records lie elsewhere, known or not."""
    facts: list[tuple[Fact, Instant, Origin]] = []
    outside = 0
    for record, origin in records:
        fact = making.fact(record)
        if fact is None:
            outside += 1
        elif origin.position > making.known(origin.stream):
            facts.append((fact, record.received_at, origin))
    return facts, outside
