"""The desks of one journal partition: restored together, folded as messages come, ticked and saved by one thread."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.area import Area
from schemas.codec import encode_entry
from schemas.journal import Entry, FoldVersion, ReferenceAdopted, Tick
from schemas.kafka_log import KafkaClients, KafkaLog, Message, partition_of
from schemas.log import log_of
from schemas.picture import Change
from schemas.policy import Policy, encode_policy, sha256_of
from schemas.realms import Realm
from schemas.times import SECOND, Instant
from schemas.told import DeskTold, DeskWord
from schemas.topics import JOURNAL
from schemas.trouble import Trouble
from streams.core.desk import FOLD_VERSION, Desk
from streams.desk_words import TAIL_LOST, say_restored, set_back, what_to_do
from streams.kafka_journal import LINES, KafkaJournal, entries_of
from streams.kafka_snapshots import KafkaSnapshots
from streams.kept_desk import Clock, KeptDesk, Measure, unmeasured
from streams.restore import Told, awaited
from streams.telling import Telling

CENSUS_SECONDS: Final = 3_600.0
SAVED_FROM: Final = 1_000
"""Entries folded in a restore that are worth a snapshot at once: killed again soon, nobody folds them twice."""
CLOCK_BEHIND_MAX: Final = 60 * SECOND
FOLDED_AT_ONCE: Final = 2_000
"""Entries of a gap that are folded between two tellings."""
_log: Final = log_of("desk")


@dataclass(slots=True)
class AreaDesk:
    """One area's desk and what it stands on."""

    area: Area
    journal: KafkaJournal
    telling: Telling
    kept: KeptDesk
    clock_trouble: Trouble
    tail_trouble: Trouble


class PartitionDesk:
    """The areas whose journals share a partition. All calls come from one thread at a time.

    Any error but Interrupted ends the process: what follows would stand on what nobody knows.
    """

    def __init__(
        self,
        clients: KafkaClients,
        partition: int,
        areas: Sequence[Area],
        *,
        realm: Realm,
        now: Callable[[], Instant],
        measure: Measure = unmeasured,
    ) -> None:
        self.partition = partition
        self.next_message = 0
        """Every message of the partition below is folded."""
        self.ticked_at: float | None = None
        self.moved_at = clients.clock()
        """When it last went on with what it does."""
        self._clients, self._realm, self._now, self._measure = clients, realm, now, measure
        self._clock: Clock = clients.clock
        self._log = KafkaLog(clients, JOURNAL.of(realm), partition)
        self._desks = {
            area.id.encode(): self._desk(area) for area in areas if partition_of(area.id, JOURNAL) == partition
        }
        self._census_at = self._clock()
        self._strangers: set[bytes] = set()

    @property
    def desks(self) -> dict[str, Desk]:
        """Each area's desk."""
        return {one.area.id: one.kept.desk for one in self._desks.values()}

    @property
    def skipped(self) -> int:
        """Entries that are left out of its areas; any thread may ask."""
        return sum(one.journal.skipped for one in self._desks.values())

    def moves(self) -> None:
        """Note that it goes on."""
        self.moved_at = self._clock()

    def behind(self) -> int:
        """Messages that stand in the journal and are not folded yet. LogUnreachable."""
        return max(0, self._log.ends()[1] - self.next_message)

    def restore(self, stopping: Callable[[], bool]) -> None:
        """Bring all desks to the journal's end and tell all they know; Interrupted soon after `stopping()`."""

        def is_stopping() -> bool:
            self.moves()
            return stopping()

        starts = []
        for one in self._desks.values():
            one.telling.word(self._word(one, DeskWord.CATCHING_UP))
            restored = one.kept.restore(stopping=is_stopping)
            say_restored(restored)
            if restored.folded >= SAVED_FROM:
                one.kept.snapshot()
            if restored.tail_lost:
                one.tail_trouble.set(TAIL_LOST, what_to_do(one.journal.name, restored.next_offset))
            starts.append(restored.next_offset // LINES)
            self._adopt(one)
            one.telling.word(self._word(one, DeskWord.LIVE))
        self.next_message = min(starts, default=self._log.ends()[1])
        self._census_at = self._clock()

    def resume(self) -> None:
        """Go on from where the desks stand: a fold of a prefix stays valid, whoever owned them meanwhile."""
        self.catch_up()
        for one in self._desks.values():
            one.kept.census()
            one.telling.word(self._word(one, DeskWord.LIVE))

    def take(self, messages: Sequence[Message]) -> None:
        """Fold messages that follow, in order; those known are passed over, those missing read from the journal."""
        if not messages or messages[-1].offset < self.next_message:
            return
        if messages[0].offset > self.next_message:
            self.catch_up(messages[0].offset)
        self._fold(messages)

    def catch_up(self, stop: int | None = None) -> None:
        """Fold what the journal holds from the next message on."""
        held: list[Message] = []
        for message in self._log.read(self.next_message, stop):
            held.append(message)
            if len(held) >= FOLDED_AT_ONCE // 10:
                self._fold(held)
                held = []
        self._fold(held)

    def tick(self) -> None:
        """Move every area's clock to now, by an entry of its journal."""
        if self._realm.is_replay:
            return
        now = self._now()
        ticks = []
        for key, one in self._desks.items():
            clock = one.kept.desk.clock
            one.clock_trouble.set(set_back(now, clock) if now < clock - CLOCK_BEHIND_MAX else None)
            if now > clock:
                ticks.append((key, encode_entry(Entry(fact=Tick(at=now)))))
        if ticks:
            self._log.append(ticks)

    def census_if_due(self) -> None:
        """Once an hour tell every key's current record, so that a view that was lost is made of two hours."""
        if self._clock() - self._census_at >= CENSUS_SECONDS:
            self._census_at = self._clock()
            for one in self._desks.values():
                one.kept.census()

    def save(self) -> None:
        """Write snapshots now, and say that nobody is at the desk until the next owner is."""
        for one in self._desks.values():
            one.kept.snapshot()
            one.telling.word(self._word(one, DeskWord.CATCHING_UP))

    def _desk(self, area: Area) -> AreaDesk:
        journal = KafkaJournal(self._clients, realm=self._realm, area=area.id)
        telling = Telling(self._clients, realm=self._realm, area=area.id, by=secrets.token_hex(8))
        snapshots = KafkaSnapshots(
            self._clients, realm=self._realm, area=area.id, fold_version=FOLD_VERSION, clock=self._clock
        )

        def census(changes: list[Change]) -> Told:
            return telling.census(changes, awaited(kept.desk), kept.next_offset)

        kept = KeptDesk(
            area, journal, snapshots, tell=telling.changes, tell_census=census, heard=telling.judged,
            clock=self._clock, measure=self._measure,
        )  # fmt: skip
        return AreaDesk(area, journal, telling, kept, Trouble("clock"), Trouble("journal"))

    def _adopt(self, one: AreaDesk) -> None:
        """Follow today's policy from here on; a replay follows the one that it began with."""
        if self._realm.is_replay:
            return
        blob = encode_policy(one.area.policy)
        if one.kept.desk.policy_sha256 != sha256_of(blob):
            one.journal.append([Entry(fact=ReferenceAdopted(sha256=one.journal.put_blob(blob)))])

    def _fold(self, messages: Sequence[Message]) -> None:
        self.moves()
        if not messages:
            return
        shares: dict[bytes, list[tuple[int, Entry]]] = {}
        for message in messages:
            if message.offset >= self.next_message:
                self._share(message, shares)
        self.next_message = max(self.next_message, messages[-1].offset + 1)
        for key, entries in shares.items():
            self._fold_area(self._desks[key], entries)

    def _share(self, message: Message, shares: dict[bytes, list[tuple[int, Entry]]]) -> None:
        one = self._desks.get(message.key)
        if one is None:
            if message.key not in self._strangers:
                self._strangers.add(message.key)
                _log.error(
                    "Nobody folds area %r: name it in NIGHTDESK_AREAS of every worker",
                    message.key.decode(errors="replace"),
                )
            return
        share = shares.setdefault(message.key, [])
        for offset, entry in entries_of(message, one.journal.name):
            if not isinstance(entry, Entry):
                _log.error("Line %d of %s is no entry and is left out: %s", offset, one.journal.name, entry)
            elif offset >= one.kept.next_offset:
                share.append((offset, entry))

    def _fold_area(self, one: AreaDesk, entries: Sequence[tuple[int, Entry]]) -> None:
        """Fold, tell, save: a snapshot follows what was told."""
        if not entries:
            return
        one.kept.fold(entries, self.next_message * LINES)
        one.kept.tell()
        if self._realm.is_replay or any(isinstance(entry.fact, Tick) for _, entry in entries):
            self.ticked_at = self._clock()
            one.telling.word(self._word(one, DeskWord.LIVE))

    def _word(self, one: AreaDesk, word: DeskWord) -> DeskTold:
        trouble = one.tail_trouble.text or one.clock_trouble.text
        return DeskTold(word=word, at=one.kept.desk.clock, next_offset=one.kept.next_offset, trouble=trouble)


def begin(journal: KafkaJournal, policy: Policy) -> None:
    """Begin a journal where nobody has: before the first fact stands by what it is judged."""
    for _ in journal.read():
        return
    sha256 = journal.put_blob(encode_policy(policy))
    journal.append([Entry(fact=FoldVersion(version=FOLD_VERSION)), Entry(fact=ReferenceAdopted(sha256=sha256))])
