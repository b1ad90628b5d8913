"""What must be true of a demo's folder, however often it was killed: held against the simulator's own files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from ingest.feeding import Records, Tally, batches
from ingest.merge import merged
from ingest.replaying import Nobody
from ingest.simulate.night import Simulator
from ingest.simulate.stage import PAST_WEEKS, STORY_NIGHT, readers, stream_of
from schemas.area import Area
from schemas.audiences import Audience, Role, redact
from schemas.journal import Entry, Fact
from schemas.night import NightCalendar
from schemas.picture import Change
from schemas.realms import DEMO
from schemas.reference import load_area
from streams.core.desk import FOLD_VERSION, Desk
from streams.core.records import picture
from streams.folder_run import engine_in_memory
from streams.intake import Intake
from streams.restore import current, refold, restore
from streams.sqlite_journal import SqliteJournal
from streams.sqlite_snapshots import SqliteSnapshots

OPERATIONS: Final = Audience(role=Role.OPERATIONS)
Place = tuple[str, int]
"""A stream and a position in it."""
Shown = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Night:
    """One night as the demo plays it: its stream and all its records."""

    stream: str
    records: Records


def demo_nights(area: Area, seed: int, later: int = 2) -> Iterator[Night]:
    """The past nights, the story's, and some after it."""
    calendar, simulator = NightCalendar(area.nights), Simulator(area, seed)
    first = STORY_NIGHT - timedelta(days=7 * PAST_WEEKS)
    days = (first + timedelta(days=day) for day in range(7 * (PAST_WEEKS + 1 + later)))
    for evening in (day for day in days if calendar.night_on(day) is not None):
        yield _night(area, simulator, evening, seed, story=evening >= STORY_NIGHT)


def _night(area: Area, simulator: Simulator, evening: date, seed: int, *, story: bool) -> Night:
    nobody, stream = Nobody(), stream_of(evening.isoformat(), seed)
    simulated = simulator.night(evening, story=story)
    outcomes = merged(readers(simulated, area, nobody, lambda *_: None))
    records = [record for batch in batches(outcomes, stream, nobody, Tally()) for record in batch]
    return Night(stream, records)


class Left:
    """A folder that nobody works in any more."""

    def __init__(self, data: Path, seed: int) -> None:
        self.area = load_area()
        self.nights = list(demo_nights(self.area, seed))
        self._data = data
        realm, area = DEMO.name, self.area.id
        with closing(SqliteJournal(data / "journal.db", realm=realm, area=area)) as journal:
            self.entries = list(journal.read())
            self.refolded = refold(journal, self.area.borough)
            found = SqliteSnapshots(data / "snapshots.db", realm=realm, area=area, fold_version=FOLD_VERSION)
            with closing(found) as snapshots:
                restored = restore(journal, snapshots, self.area.borough, lambda _: None)
            self.restored, self.from_snapshot = restored.desk, restored.from_snapshot

    def written(self) -> dict[Place, list[Fact]]:
        """What the journal holds of each record."""
        found: dict[Place, list[Fact]] = {}
        for _, entry in self.entries:
            if entry.origin is not None:
                found.setdefault((entry.origin.stream, entry.origin.position), []).append(entry.fact)
        return found

    def sent(self, *, through: str) -> dict[Place, Fact]:
        """The facts of all nights up to a stream's, that one too; those outside the area are none."""
        intake, facts = Intake(self.area), dict[Place, Fact]()
        for night in self.nights:
            for record, origin in night.records:
                fact = intake.fact(record)
                if fact is not None:
                    facts[origin.stream, origin.position] = fact
            if night.stream == through:
                return facts
        raise AssertionError(f"there is no {through}")

    def uninterrupted(self) -> Desk:
        """A desk in memory that was never killed, given the same records and brought to the same time."""
        engine = engine_in_memory(self.area, DEMO.name, lambda: 0.0)
        engine.open(self.area.policy)
        for night in self.nights:
            known = _position(self.entries, night.stream)
            engine.replay([one for one in night.records if one[1].position <= known])
        engine.tick(self.restored.clock, live=False)
        return engine.desk

    def settled(self) -> list[Change]:
        """The current record of every key that does not wait for its five seconds."""
        return current(self.restored)

    def picture(self) -> Shown:
        """The whole picture, as JSON."""
        return {kind.value: _as_json(records) for kind, records in picture(self.restored).items()}

    def recorded(self) -> dict[tuple[str, str], tuple[tuple[int, int], Any]]:
        """The newest version of every key in the record, and its JSON; None where it is no more."""
        newest: dict[tuple[str, str], tuple[tuple[int, int], Any]] = {}
        with closing(sqlite3.connect(self._data / "record.db")) as record:
            rows = record.execute('SELECT kind, key, "offset", idx, live, body FROM history ORDER BY "offset", idx')
            for kind, key, offset, index, live, body in rows:
                newest[kind, key] = (offset, index), msgspec.json.decode(body) if live and body else None
        return newest


def seen_by_operations(change: Change) -> Any:
    """A record as a console is shown it."""
    assert change.record is not None
    return _as_json({"": redact(change.kind, change.record, OPERATIONS)})[""]


def as_json(record: object) -> Any:
    """A record as it is written."""
    return _as_json({"": record})[""]


def _as_json(records: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(records))
    return found


def _position(entries: list[tuple[int, Entry]], stream: str) -> int:
    origins = (entry.origin for _, entry in entries)
    return max((at.position for at in origins if at is not None and at.stream == stream), default=0)
