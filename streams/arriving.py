"""Intake on Kafka: what arrives on feed topics and the api topic becomes entries of its area's journal. Stateless.

A message that is read twice is appended twice, under the same origins, and the fold counts it once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from schemas.area import Area
from schemas.codec import CodecError, NewerCodec, Sent, decode_sent
from schemas.dead_letters import LetterTold
from schemas.journal import Entry, Origin, Seen, Tick
from schemas.kafka_log import KafkaClients, KafkaLog, Message, partition_of
from schemas.log import log_of, trace_of
from schemas.realms import Realm
from schemas.slabs import lines_of, slabs
from schemas.telemetry import Metric
from schemas.times import Instant
from schemas.topics import API, DEAD_LETTERS, VERDICTS
from schemas.verdicts import Judged, Judgement, Verdict, encode_judged
from streams.intake import Intake
from streams.kafka_journal import KafkaJournal
from streams.kept_desk import Measure, unmeasured

_log: Final = log_of("intake")
UNREADABLE: Final = "unreadable"
UNFIT: Final = "unfit"
"""It can be read, and makes no fact of this area: a camera that the reference files do not name, for instance."""
UNKNOWN_AREA: Final = "unknown_area"
ANSWERED: Final = f"{API.name}/"
NAME_IT: Final = "name the area in NIGHTDESK_AREAS of every worker, then give the files to the inbox again"
_VALUE: Final = re.compile("""['"].*['"]""", re.DOTALL)


class Count(Protocol):
    """Adds to a counter, by the values of its labels."""

    def __call__(self, metric: Metric, by: float, *labels: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message of a feed topic or of the api topic; `topic` without its realm."""

    topic: str
    partition: int
    message: Message


@dataclass(slots=True)
class _Share:
    """What a batch brings one area: entries, what lies outside, what is left out and a letter for each of these."""

    entries: list[Entry] = field(default_factory=list)
    outside: list[Origin] = field(default_factory=list)
    left_out: list[Origin] = field(default_factory=list)
    letters: list[LetterTold] = field(default_factory=list)


class AreaIntake:
    """One area's intake and journal; `clock` is the newest tick that was put before an entry of a replay."""

    def __init__(self, clients: KafkaClients, realm: Realm, area: Area) -> None:
        self.area, self.key = area, area.id.encode()
        self.journal = KafkaJournal(clients, realm=realm, area=area.id)
        self.verdicts = KafkaLog(clients, VERDICTS.of(realm), partition_of(area.id, VERDICTS))
        self._is_replay = realm.is_replay
        self._fact = Intake(area).fact
        self._clock: Instant = -1

    def entries(self, sent: Sent, origin: Origin) -> tuple[Entry, ...]:
        """What a line adds to the journal: nothing, where it lies outside the area."""
        said = sent.said
        if isinstance(said, Tick):
            self._clock = max(self._clock, said.at)
            return (Entry(fact=said),)
        if isinstance(said, Seen):
            return (Entry(fact=said, origin=origin),)
        fact = self._fact(said)
        if fact is None:
            return ()
        if self._is_replay and said.received_at > self._clock:
            self._clock = said.received_at
            return Entry(fact=Tick(at=self._clock, live=False)), Entry(fact=fact, origin=origin)
        return (Entry(fact=fact, origin=origin),)


class Arriving:
    """All areas' intake in one worker. One thread at a time.

    Any error ends the process: what was read and not appended is read again by whoever comes next.
    """

    def __init__(
        self,
        clients: KafkaClients,
        areas: Sequence[Area],
        *,
        realm: Realm,
        count: Count,
        measure: Measure = unmeasured,
    ) -> None:
        self._areas = {area.id.encode(): AreaIntake(clients, realm, area) for area in areas}
        self._clients, self._realm, self._count, self._measure = clients, realm, count, measure

    def take(self, batch: Sequence[Arrived]) -> None:
        """Append all that a batch brings, in order, confirmed on return; what cannot be taken goes to dead letters."""
        shares: dict[bytes, _Share] = {}
        for arrived in batch:
            key = arrived.message.key
            intake, share = self._areas.get(key), shares.setdefault(key, _Share())
            if intake is None:
                share.letters.append(_letter(_place(arrived), UNKNOWN_AREA, NAME_IT))
                self._refused(arrived, UNKNOWN_AREA, len(lines_of(arrived.message.value)))
            else:
                self._read(arrived, intake, share)
        for key, share in shares.items():
            self._tell_letters(key, share.letters)
            if (intake := self._areas.get(key)) is not None:
                self._append(intake, share)

    def _append(self, intake: AreaIntake, share: _Share) -> None:
        with self._measure(Metric.JOURNAL_APPEND):
            intake.journal.append(share.entries)
        for origin in share.outside:
            self._count(Metric.OUTSIDE, 1, _source(origin.stream.partition("/")[0]))
        asked = [
            Judged(origin=origin, verdict=Verdict(judgement=judgement))
            for judgement, origins in ((Judgement.OUTSIDE, share.outside), (Judgement.LEFT_OUT, share.left_out))
            for origin in origins
            if origin.stream.startswith(ANSWERED)
        ]
        if asked:
            intake.verdicts.append([(intake.key, slab) for _, slab in slabs(map(encode_judged, asked))])

    def _read(self, arrived: Arrived, intake: AreaIntake, share: _Share) -> None:
        """Add what a message brings to the share; a line that cannot be taken is left out with a letter."""
        stream, position = f"{arrived.topic}/{arrived.partition}", arrived.message.offset + 1
        for index, line in enumerate(lines_of(arrived.message.value)):
            try:
                sent = decode_sent(line)
                origin = sent.origin or Origin(stream=stream, position=position, index=index)
                made = intake.entries(sent, origin)
            except (NewerCodec, MemoryError, OSError):
                raise  # not the line's fault: a newer Nightdesk, or another try, can take it
            except Exception as error:  # noqa: BLE001 - whatever a line holds, those after it must go on
                reason = UNREADABLE if isinstance(error, CodecError) else UNFIT
                rule = _without_values(error) if reason is UNREADABLE else trace_of(error)
                share.letters.append(_letter(f"{_place(arrived)} line {index}", reason, rule))
                share.left_out.append(Origin(stream=stream, position=position, index=index))
                self._refused(arrived, reason, 1)
            else:
                if made:
                    share.entries += made
                else:
                    share.outside.append(origin)

    def _refused(self, arrived: Arrived, reason: str, lines: int) -> None:
        self._count(Metric.REJECTED, lines, _source(arrived.topic), reason)

    def _tell_letters(self, key: bytes, letters: Sequence[LetterTold]) -> None:
        """Where the letters go, whatever the area is called; and one line to the log, for a sender may go on so."""
        if not letters:
            return
        area, first = key.decode(errors="replace"), letters[0]
        _log.error(
            "Left out, %d of area %s. The first: %s, %s: %s",
            len(letters), area, first.place, first.reason, first.rule,
        )  # fmt: skip
        log = KafkaLog(self._clients, DEAD_LETTERS.of(self._realm), partition_of(area, DEAD_LETTERS))
        log.append([(key, slab) for _, slab in slabs(map(msgspec.json.encode, letters))])


def _letter(place: str, reason: str, rule: str) -> LetterTold:
    return LetterTold(place=place, reason=reason, rule=rule, reference=None)


def _place(arrived: Arrived) -> str:
    return f"{arrived.topic}/{arrived.partition} message {arrived.message.offset}"


def _source(topic: str) -> str:
    """The feed of a topic, as metrics call it; a topic that is no feed's is its own."""
    return topic.rpartition(".")[2]


def _without_values(error: Exception) -> str:
    """What is wrong and where, never what stood there."""
    return _VALUE.sub("'…'", str(error))
