"""A worker's memory over twelve simulated nights at speed, and over years of them once its weeks of "usual" are full:
no more than a tenth and 8 MB grown.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

from ingest.feeding import Records
from schemas.area import Area
from schemas.night import NightCalendar
from schemas.realms import Realm
from schemas.reference import load_area
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.kafka_engine import AREA, Engine, engine
from tests.benchmarks.kafka_feeding import feed, night_records, slabs_of, until_folded
from tests.benchmarks.night_replay import GROWTH_MB_MAX, grown_mb, resident_mb
from tests.benchmarks.nights import FIRST, written_nights

REALM: Final = Realm("replay-memory")
EARLY: Final = 3
LATE: Final = 12
FULL: Final = 150
"""By now the fold holds as much of the past as it ever will."""
MANY: Final = 400
RECORDS_MAX: Final = 200_000
SLAB: Final = 200


def measure(work: Path) -> list[Figure]:
    """One worker, the nights fed in four parts, its memory looked at after each."""
    area = load_area()
    records = night_records(area, written_nights(work).folder, 0, RECORDS_MAX)
    with engine(work, beside=False) as running:
        running.topics(REALM)
        worker = running.starts("worker", REALM).until_ready()
        found, fed = list[float](), 0
        for nights in (EARLY, LATE, FULL, MANY):
            closed = _closed(area, nights)
            until = sum(record.received_at < closed for record, _ in records)
            _play(running, area, records[fed:until])
            fed = until
            found.append(resident_mb(worker.pid))
    early, late, full, many = found
    return [
        _grown("", early, late, (EARLY, LATE), ""),
        _grown(", years", full, many, (FULL, MANY), f", {fed:,} entries"),
    ]


def _grown(name: str, before: float, after: float, nights: tuple[int, int], more: str) -> Figure:
    return Figure(
        name=f"memory grown by more than a tenth{name}", value=grown_mb(before, after), unit=Unit.MEGABYTES,
        sense=Sense.AT_MOST, bound=GROWTH_MB_MAX,
        note=f"{before:.0f} MB after {nights[0]} nights, {after:.0f} MB after {nights[1]}{more}",
    )  # fmt: skip


def _play(running: Engine, area: Area, records: Records) -> None:
    slabs = slabs_of(records, area, REALM, SLAB)
    feed(running.clients, REALM, AREA, slabs, records)
    running.told_to = until_folded(running.clients, REALM, {AREA: slabs}, running.told_to).told_to


def _closed(area: Area, number: int) -> int:
    """When so many nights are over."""
    calendar, evening, seen = NightCalendar(area.nights), FIRST, 0
    while True:
        night = calendar.night_on(evening)
        seen += night is not None
        if night is not None and seen == number:
            return night.closes_at
        evening += timedelta(days=1)
