"""The desk as the API knows it on Kafka: what people say goes to the api topic, and comes back as verdicts."""

import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from api.kafka.verdicts import Verdicts
from api.record.errors import RecordError
from schemas.audiences import Role
from schemas.codec import Said, Sent, encode_sent
from schemas.feeds import FeedRecord, NightStarsEncounter, SbnReport, Source, Withdrawal
from schemas.journal import Origin, Seen
from schemas.kafka_log import KafkaClients, KafkaLog, LogUnreachable, partition_of
from schemas.picture import Incident, Member
from schemas.realms import Realm
from schemas.slabs import SLAB_MAX
from schemas.times import Instant, instant
from schemas.topics import API
from schemas.verdicts import NOT_TAKEN, Standing, Verdict

WORK_MAX: Final = 64
"""Messages that wait to be sent; one more is refused, and whoever brought it tries again."""
STANDINGS_MAX: Final = 20_000
"""Reports that it remembers the standing of; others are looked for in the record."""
FRESH_SECONDS: Final = 10.0
"""So long after its verdict a report is looked for in its own incident alone: the record may not hold it yet, and one
that has moved meanwhile is still said to be there. One that was looked for everywhere in vain is not again for as
long."""
LISTENING_SECONDS: Final = 5.0


class DeskBusy(Exception):
    """So much waits to be sent that no more is taken just now; nothing of it was sent."""


Incidents = Callable[[str], Iterable[Incident]]
"""The incidents whose record mentions a text, what is live first."""
_Message = tuple[Sequence[Said], "Future[list[Verdict]]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """How a report stands by its last verdict or, later than that, by the record.

    Until a time, in monotonic seconds, it is not looked for everywhere.
    """

    standing: Standing
    fresh_until: float


class KafkaDesk:
    """A DeskPort. Two threads: one sends, one hears verdicts. `now` is what time it is for what people say.

    `ended` are done when their threads are: when told to stop, else with what ended one.
    """

    def __init__(
        self,
        clients: KafkaClients,
        *,
        realm: Realm,
        area: str,
        incident: Callable[[str], Incident | None],
        mentioning: Incidents,
        now: Callable[[], Instant],
    ) -> None:
        self._log = KafkaLog(clients, API.of(realm), partition_of(area, API))
        self._key = area.encode()
        self._incident, self._mentioning, self._now, self._clock = incident, mentioning, now, clients.clock
        self._verdicts = Verdicts(clients, realm=realm, area=area, clock=clients.clock)
        self.ended: tuple[Future[None], Future[None]] = (Future(), self._verdicts.ended)
        self._work: queue.Queue[_Message | None] = queue.Queue(WORK_MAX)
        self._standings: OrderedDict[str, _Told] = OrderedDict()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="said", daemon=True)

    def start(self) -> None:
        """Begin to listen, and to send."""
        self._verdicts.start()
        self._thread.start()

    def stop(self) -> None:
        """End; whoever waits is told that the desk is silent."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._put_nothing()
            self._thread.join(1)
        self._verdicts.stop()

    def judge(self, records: Sequence[FeedRecord]) -> "Future[list[Verdict]]":
        """Have what people said judged. Never waits: DeskBusy. The future may end in LogUnreachable or DeskSilent."""
        answer = self._say(records)
        answer.add_done_callback(lambda done: self._remember(records, done))
        return answer

    def submit_and_judge(self, records: Sequence[tuple[FeedRecord, Origin]]) -> list[Verdict]:
        """The same for the rows of a file that was posted, and wait. Their own ids make them count once."""
        said = [record for record, _ in records]
        answers = [self._say(said[start : start + SLAB_MAX]) for start in range(0, len(said), SLAB_MAX)]
        return [verdict for answer in answers for verdict in answer.result()]

    def see(self, incident: str, may_see: Callable[[Incident], bool], by: Role) -> "Future[Instant | None]":
        """Have an incident's reports seen; since when all are. None: there is none, or it is not for them."""
        seen: Future[Instant | None] = Future()
        seen.set_running_or_notify_cancel()
        record = self._incident(incident)
        if record is None or not may_see(record):
            seen.set_result(None)
            return seen
        unseen = tuple(_key_of(member) for member in record.members if member.seen_at is None)
        known = max((instant(member.seen_at) for member in record.members if member.seen_at), default=None)
        if not unseen:
            seen.set_result(known)
            return seen

        def done(answer: "Future[list[Verdict]]") -> None:
            if (error := answer.exception()) is not None:
                seen.set_exception(error)
            else:
                times = [at for at in (known, answer.result()[0].seen_at) if at is not None]
                seen.set_result(max(times, default=None))

        self._say([Seen(reports=unseen, by=by, at=self._now())]).add_done_callback(done)
        return seen

    def standing(self, report: str) -> Standing | None:
        """How a report stands: by its last verdict, and by the incident that holds it in the record. It reads the disk.

        RecordError, where no verdict was heard here and the record cannot be read.
        """
        with self._lock:
            told = self._standings.get(report)
        if told is not None and not told.standing.counts:
            return told.standing
        try:
            held = self._held_in(report, told)
        except RecordError:
            if told is None:
                raise
            return told.standing
        if held is None:
            return None if told is None else told.standing
        incident, member = held
        revision = member.revision if told is None else max(told.standing.revision, member.revision)
        seen_at = None if member.seen_at is None else instant(member.seen_at)
        standing = Standing(revision=revision, counts=True, incident=incident.id, seen_at=seen_at)
        self._learn(report, standing, instead_of=told)
        return standing

    def time(self) -> Instant:
        """What time it is for what comes in."""
        return self._now()

    def _held_in(self, report: str, told: _Told | None) -> tuple[Incident, Member] | None:
        """The incident that it was last known in is one look-up; to look through all is for those of before."""
        if told is not None and told.standing.incident is not None:
            incident = self._incident(told.standing.incident)
            if incident is not None and (member := _member(incident, report)) is not None:
                return incident, member
        if told is not None and self._clock() < told.fresh_until:
            return None
        for incident in self._mentioning(report):
            if (member := _member(incident, report)) is not None:
                return incident, member
        if told is not None:
            self._learn(report, told.standing, instead_of=told, for_s=FRESH_SECONDS)
        return None

    def _learn(self, report: str, standing: Standing, *, instead_of: _Told | None, for_s: float = 0.0) -> None:
        """Remember what the record said, unless a verdict came meanwhile."""
        with self._lock:
            if self._standings.get(report) is instead_of:
                self._know(report, standing, for_s)

    def _know(self, report: str, standing: Standing, for_s: float) -> None:
        """With the lock held; who was known longest is forgotten first."""
        self._standings[report] = _Told(standing=standing, fresh_until=self._clock() + for_s)
        self._standings.move_to_end(report)
        if len(self._standings) > STANDINGS_MAX:
            self._standings.popitem(last=False)

    def _say(self, said: Sequence[Said]) -> "Future[list[Verdict]]":
        answer: Future[list[Verdict]] = Future()
        answer.set_running_or_notify_cancel()
        if self._stopping.is_set():
            raise DeskBusy("this process stops")
        try:
            self._work.put_nowait((said, answer))
        except queue.Full:
            raise DeskBusy(f"{WORK_MAX} messages wait to be sent") from None
        return answer

    def _run(self) -> None:
        try:
            self._send_on()
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: kept for the process to end with
            self.ended[0].set_exception(error)
        else:
            self.ended[0].set_result(None)
        self._stopping.set()
        self._refuse_what_waits()

    def _send_on(self) -> None:
        while not self._stopping.is_set():
            work = self._work.get()
            if work is None:
                continue
            said, answer = work
            try:
                self._send(said, answer)
            except LogUnreachable as error:
                answer.set_exception(error)
            except BaseException as error:
                answer.set_exception(error)
                raise

    def _send(self, said: Sequence[Said], answer: "Future[list[Verdict]]") -> None:
        if not self._verdicts.wait_until_listening(LISTENING_SECONDS):
            raise LogUnreachable("verdicts cannot be heard yet")
        slab = b"\n".join(encode_sent(Sent(said=one)) for one in said)
        (offset,) = self._log.append([(self._key, slab)])
        self._verdicts.ask(offset + 1, len(said), answer)

    def _remember(self, records: Sequence[FeedRecord], done: "Future[list[Verdict]]") -> None:
        if done.exception() is not None:
            return
        for record, verdict in zip(records, done.result(), strict=True):
            if verdict.judgement in NOT_TAKEN or not isinstance(record, _REPORTS):
                continue
            key = _key_of_record(record)
            standing = Standing(
                revision=record.revision,
                counts=not isinstance(record, Withdrawal),
                incident=verdict.incident,
                seen_at=None,
            )
            with self._lock:
                self._know(key, standing, FRESH_SECONDS)

    def _put_nothing(self) -> None:
        try:
            self._work.put_nowait(None)
        except queue.Full:
            return  # it has work, and needs no waking

    def _refuse_what_waits(self) -> None:
        while True:
            try:
                work = self._work.get_nowait()
            except queue.Empty:
                return
            if work is not None:
                work[1].set_exception(LogUnreachable("this process stops"))


_REPORTS: Final = (SbnReport, NightStarsEncounter, Withdrawal)


def _key_of_record(record: SbnReport | NightStarsEncounter | Withdrawal) -> str:
    match record:
        case SbnReport():
            return f"{Source.SBN}:{record.source_id}"
        case NightStarsEncounter():
            return f"{Source.NIGHTSTARS}:{record.source_id}"
        case Withdrawal():
            return f"{record.source}:{record.source_id}"


def _key_of(member: Member) -> str:
    """A member's id is its report's key and revision."""
    return member.id.rpartition(":")[0]


def _member(incident: Incident, report: str) -> Member | None:
    return next((member for member in incident.members if _key_of(member) == report), None)
