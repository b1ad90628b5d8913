"""What it costs to make an entry durable in the journal and a change durable in the record, in batches of 500."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from api.record.record import open_record
from schemas.journal import Entry
from schemas.picture import Change, Kind
from streams.sqlite_journal import SqliteJournal
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.builders_journals import reports
from tests.builders_record import SATURDAY, incident

APPEND_US_MAX: Final = 30.0
WRITE_US_MAX: Final = 30.0
"""Each of the 200 us that an entry has at 5,000 entries/s."""
_ITEMS: Final = 50_000
_BATCH: Final = 500


def measure(work: Path) -> list[Figure]:
    """Both on the disk that holds `work`, an item."""
    with TemporaryDirectory(dir=work) as folder:
        return [
            _figure("append an entry to the journal", append_s(Path(folder), reports(_ITEMS)), APPEND_US_MAX),
            _figure("write a change to the record", write_s(Path(folder), _changes()), WRITE_US_MAX),
        ]


def append_s(folder: Path, entries: Sequence[Entry]) -> float:
    """Seconds to append all of them, each batch on the disk before the next."""
    journal = SqliteJournal(folder / "journal.db", realm="replay-bench", area="westminster")
    began = perf_counter()
    for first in range(0, len(entries), _BATCH):
        journal.append(entries[first : first + _BATCH])
    took = perf_counter() - began
    journal.close()
    return took


def write_s(folder: Path, changes: Sequence[Change]) -> float:
    """Seconds to write all of them, each batch on the disk before the next."""
    record = open_record(folder / "record.db")
    history = record.history("westminster")
    history.write(changes[:1], SATURDAY)  # the first one builds what SQLAlchemy keeps; the same again changes nothing
    began = perf_counter()
    for first in range(0, len(changes), _BATCH):
        history.write(changes[first : first + _BATCH], SATURDAY)
    took = perf_counter() - began
    record.close()
    return took


def _changes() -> list[Change]:
    shown = incident()
    return [
        Change(kind=Kind.INCIDENTS, key=f"i-{number % 700}", offset=number, index=0, at=SATURDAY, record=shown)
        for number in range(_ITEMS)
    ]


def _figure(name: str, seconds: float, bound: float) -> Figure:
    value = seconds / _ITEMS * 1e6
    return Figure(name=name, value=value, unit=Unit.MICROSECONDS, sense=Sense.AT_MOST, bound=bound)
