"""Intake on Kafka: what arrives on feed topics and the api topic becomes entries of its area's journal. Stateless.

A message that is read twice is appended twice, under the same origins, and the fold counts it once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from schemas.area import Area
from schemas.codec import CodecError, NewerCodec, Sent, decode_sent
from schemas.dead_letters import LetterTold
from schemas.journal import Entry, Fact, Origin, Seen, Tick
from schemas.kafka_log import KafkaClients, KafkaLog, Message, partition_of
from schemas.log import log_of
from schemas.realms import Realm
from schemas.slabs import lines_of, slabs
from schemas.telemetry import Metric
from schemas.times import Instant
from schemas.topics import API, DEAD_LETTERS, VERDICTS
from schemas.verdicts import Judged, Judgement, Verdict, encode_judged
from streams.intake import Intake
from streams.kafka_journal import KafkaJournal

_log: Final = log_of("intake")
UNREADABLE: Final = "unreadable"
UNFIT: Final = "unfit"
"""It can be read, and makes no fact of this area: a camera that the reference files do not name, for instance."""
ANSWERED: Final = f"{API.name}/"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message of a feed topic or of the api topic; `topic` without its realm."""

    topic: str
    partition: int
    message: Message


@dataclass(slots=True)
class _Share:
    """What a batch brings one area."""

    entries: list[Entry] = field(default_factory=list)
    outside: list[Origin] = field(default_factory=list)


class AreaIntake:
    """One area's intake and journal; `clock` is the newest tick that was put before an entry of a replay."""

    def __init__(self, clients: KafkaClients, realm: Realm, area: Area) -> None:
        self.area, self.key = area, area.id.encode()
        self.journal = KafkaJournal(clients, realm=realm, area=area.id)
        self.verdicts = KafkaLog(clients, VERDICTS.of(realm), partition_of(area.id, VERDICTS))
        self.letters = KafkaLog(clients, DEAD_LETTERS.of(realm), partition_of(area.id, DEAD_LETTERS))
        self._is_replay = realm.is_replay
        self._fact = Intake(area).fact
        self._clock: Instant = -1

    def entries(self, sent: Sent, origin: Origin) -> Iterator[Entry | Origin]:
        """What a line adds to the journal; its origin, where it lies outside the area."""
        said = sent.said
        if isinstance(said, Tick):
            self._clock = max(self._clock, said.at)
            yield Entry(fact=said)
            return
        fact: Fact | None = said if isinstance(said, Seen) else self._fact(said)
        if fact is None:
            yield origin
            return
        if self._is_replay and not isinstance(said, Seen) and said.received_at > self._clock:
            self._clock = said.received_at
            yield Entry(fact=Tick(at=self._clock, live=False))
        yield Entry(fact=fact, origin=origin)


class Arriving:
    """All areas' intake in one worker. One thread at a time.

    Any error ends the process: what was read and not appended is read again by whoever comes next.
    """

    def __init__(
        self, clients: KafkaClients, areas: Sequence[Area], *, realm: Realm, count: Callable[[Metric, float, str], None]
    ) -> None:
        self._areas = {area.id.encode(): AreaIntake(clients, realm, area) for area in areas}
        self._count = count
        self._strangers: set[bytes] = set()

    def take(self, batch: Sequence[Arrived]) -> None:
        """Append all that a batch brings, in order, confirmed on return; what cannot be read goes to dead letters."""
        shares: dict[bytes, _Share] = {}
        for arrived in batch:
            intake = self._areas.get(arrived.message.key)
            if intake is None:
                self._say_strange(arrived)
            else:
                share = shares.setdefault(intake.key, _Share())
                letters = list(self._read(arrived, intake, share))
                if letters:
                    intake.letters.append([(intake.key, slab) for _, slab in slabs(letters)])
        for key, share in shares.items():
            self._append(self._areas[key], share)

    def _append(self, intake: AreaIntake, share: _Share) -> None:
        intake.journal.append(share.entries)
        for origin in share.outside:
            self._count(Metric.OUTSIDE, 1, origin.stream.partition("/")[0])
        asked = [origin for origin in share.outside if origin.stream.startswith(ANSWERED)]
        lines = [encode_judged(Judged(origin=at, verdict=Verdict(judgement=Judgement.OUTSIDE))) for at in asked]
        if lines:
            intake.verdicts.append([(intake.key, slab) for _, slab in slabs(lines)])

    def _read(self, arrived: Arrived, intake: AreaIntake, share: _Share) -> Iterator[bytes]:
        """Adds what a message brings to the share; gives a dead letter for each line that cannot be read."""
        stream, message = f"{arrived.topic}/{arrived.partition}", arrived.message
        for index, line in enumerate(lines_of(message.value)):
            place = f"{stream} message {message.offset} line {index}"
            try:
                sent = decode_sent(line)
                origin = sent.origin or Origin(stream=stream, position=message.offset + 1, index=index)
                made = list(intake.entries(sent, origin))
            except (NewerCodec, MemoryError, OSError):
                raise  # not the line's fault: a newer Nightdesk, or another try, can take it
            except CodecError as error:
                yield _letter(place, UNREADABLE, str(error))
            except Exception as error:  # noqa: BLE001 - whatever a line holds, those after it must go on
                yield _letter(place, UNFIT, repr(error))
            else:
                share.entries += [one for one in made if isinstance(one, Entry)]
                share.outside += [one for one in made if isinstance(one, Origin)]

    def _say_strange(self, arrived: Arrived) -> None:
        key = arrived.message.key
        if key not in self._strangers:
            self._strangers.add(key)
            _log.error(
                "%s is for area %r, which NIGHTDESK_AREAS does not name", arrived.topic, key.decode(errors="replace")
            )


def _letter(place: str, reason: str, rule: str) -> bytes:
    _log.warning("%s is left out, %s: %s", place, reason, rule)
    return msgspec.json.encode(LetterTold(place=place, reason=reason, rule=rule, reference=None))
