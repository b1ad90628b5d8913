"""What is left of a platform: its journal folded in memory from its first entry, and what others hold of it."""

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg

from api.record.place import Database
from schemas.brokers import Brokers
from schemas.journal import Entry, Fact, Reported, Withdrawn
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.picture import Change, Incident, Kind
from schemas.realms import EXERCISE
from schemas.reference import load_area
from schemas.topics import PICTURE
from schemas.verdicts import Judgement
from streams.core.desk import Desk, fold
from streams.core.records import drain, picture
from streams.kafka_replaying import KafkaRun
from streams.restore import current
from tests.kill.kafka.platform import Platform

Place = tuple[str, int, int]
"""Stream, position and index of an origin."""


@dataclass(slots=True)
class Folded:
    """A journal folded by hand: what each entry did, and where every report has ever been."""

    desk: Desk
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    judged: dict[tuple[str, int], Judgement] = field(default_factory=dict)
    """What was said first of each revision of a report, by its id."""
    incidents: dict[str, set[str]] = field(default_factory=dict)
    """Every incident that a report, as `sbn:<id>`, was ever told to be in."""

    def take(self, offset: int, entry: Entry) -> None:
        """Fold one entry more."""
        self.entries.append((offset, entry))
        judgement, fact = fold(self.desk, offset, entry), entry.fact
        if judgement is not None and isinstance(fact, Reported | Withdrawn):
            self.judged.setdefault((fact.source_id, fact.revision), judgement)
        for change in drain(self.desk):
            if isinstance(change.record, Incident):
                for member in change.record.members:
                    self.incidents.setdefault(member.id.rpartition(":")[0], set()).add(change.key)

    def written(self) -> dict[Place, list[Fact]]:
        """What stands in the journal of each origin, in order."""
        found: dict[Place, list[Fact]] = {}
        for _, entry in self.entries:
            if entry.origin is not None:
                at = entry.origin
                found.setdefault((at.stream, at.position, at.index), []).append(entry.fact)
        return found

    def members(self) -> dict[str, list[tuple[str, int, int]]]:
        """Where each report is now: its incidents, and the revision and severity that stand there."""
        found: dict[str, list[tuple[str, int, int]]] = {}
        for id_, incident in self.desk.incidents.known.items():
            for member in incident.cluster.members:
                found.setdefault(member.key, []).append((id_, member.fact.revision, member.fact.severity))
        return found


class Left:
    """A realm that nobody appends to any more."""

    def __init__(self, platform: Platform) -> None:
        self.area = load_area()
        clients = KafkaClients(Brokers(bootstrap=platform.broker.bootstrap), "oracle")
        with closing(clients):
            run = KafkaRun(clients, EXERCISE, self.area)
            self.skips = run.journal.skips()
            self.folded = self._fold(run)
            self.once = self._fold(run, once=True)
            self.restored = run.restored().desk
            self.told = list(KafkaLog(clients, PICTURE.of(EXERCISE), partition_of(self.area.id, PICTURE)).read())
        self._record = platform.record

    def _fold(self, run: KafkaRun, *, once: bool = False) -> Folded:
        """All entries; or of each origin the first alone, which must make no difference."""
        folded = Folded(Desk(self.area.borough, run.journal.blob))
        known: set[Place] = set()
        for offset, entry in run.journal.read():
            at = entry.origin
            if once and at is not None:
                if (at.stream, at.position, at.index) in known:
                    continue
                known.add((at.stream, at.position, at.index))
            folded.take(offset, entry)
        return folded

    def settled(self) -> list[Change]:
        """The current record of every key that does not wait for its five seconds."""
        return current(self.restored)

    def live_or_waiting(self) -> set[tuple[str, str]]:
        """What the picture shows, and what left it less than five seconds ago and is told at the mark."""
        live = {(kind.value, key) for kind, records in picture(self.restored).items() for key in records}
        return live | {(kind.value, key) for kind, keys in self.restored.changes.waiting.items() for key in keys}

    def recorded(self) -> dict[tuple[str, str], tuple[tuple[int, int], Any]]:
        """The newest version of every key in PostgreSQL, and its JSON; None where it is no more."""
        history = Database(url=self._record, realm=EXERCISE.name).schema("history")
        asked = f'SELECT kind, key, "offset", idx, live, body FROM {history}.history ORDER BY "offset", idx'
        newest: dict[tuple[str, str], tuple[tuple[int, int], Any]] = {}
        with psycopg.connect(self._record) as connection:
            for kind, key, offset, index, live, body in connection.execute(asked.encode()):
                newest[kind, key] = (offset, index), msgspec.json.decode(body) if live and body else None
        return newest

    def incidents(self) -> dict[str, Incident]:
        """The live incidents of the picture, by id."""
        return {key: one for key, one in picture(self.restored)[Kind.INCIDENTS].items() if isinstance(one, Incident)}
