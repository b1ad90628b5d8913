"""The Kafka engine, feed to picture, everything on, one worker: 10,000 entries/s in slabs, 2,000/s in records of one.

From the first message on a feed topic until the last change that it makes stands on the picture topic, all confirmed.
As the live realm has it, time is the wall's, so that most of the nights' records come late and change little; in a
replay each moves the clock and is told, as on its own night.
"""

from pathlib import Path
from typing import Final

from schemas.realms import Realm
from schemas.reference import load_area
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.kafka_engine import AREA, EXERCISE, Engine, engine
from tests.benchmarks.kafka_feeding import check_all_stand, feed, night_records, slabs_of, until_folded
from tests.benchmarks.nights import written_nights

SLAB: Final = 200
WARM_UP: Final = 6_000
IN_SLABS: Final = 60_000
IN_ONES: Final = 15_000
SLABS_MIN: Final = 10_000.0
ONES_MIN: Final = 2_000.0
REPLAY: Final = Realm("replay-bench")


def measure(work: Path) -> list[Figure]:
    """An engine for each realm; one warm-up, then both feeds."""
    return [figure for realm in (EXERCISE, REPLAY) for figure in _realm(work, realm)]


def _realm(work: Path, realm: Realm) -> list[Figure]:
    folder = written_nights(work).folder
    with engine(work) as running:
        running.topics(realm)
        running.starts_all(realm)
        _fed(running, realm, folder, 0, WARM_UP, SLAB)
        found = [
            *_fed(running, realm, folder, WARM_UP, IN_SLABS, SLAB, None if realm.is_replay else SLABS_MIN),
            *_fed(running, realm, folder, WARM_UP + IN_SLABS, IN_ONES, 1, ONES_MIN),
        ]
        everything = night_records(load_area(), folder, 0, WARM_UP + IN_SLABS + IN_ONES)
        check_all_stand(running.clients, realm, AREA, everything)
        return found


def _fed(
    running: Engine, realm: Realm, folder: Path, first: int, count: int, size: int, bound: float | None = None
) -> list[Figure]:
    area = load_area()
    records = night_records(area, folder, first, count)
    before = {role: one.cpu_s for role, one in running.roles.items()}
    slabs = slabs_of(records, area, realm, size)
    fed = feed(running.clients, realm, AREA, slabs, records)
    folded = until_folded(running.clients, realm, {AREA: slabs}, running.told_to)
    running.told_to = folded.told_to
    took, name = folded.ended_at - fed.began_at, "records of one" if size == 1 else f"slabs of {size}"
    name = f"{'replay' if realm.is_replay else 'live'}, {name}"
    busy = ", ".join(f"{role} {one.cpu_s - before[role]:.1f} s" for role, one in running.roles.items())
    note = f"{fed.entries:,} in {took:.1f} s, {folded.told:,} lines told; processor time: {busy}"
    return [
        _rate(name, fed.entries / took, bound, note),
        _rate(f"{name}, reports", fed.reports / took, None, f"{fed.reports:,} of them"),
    ]


def _rate(name: str, value: float, bound: float | None, note: str) -> Figure:
    return Figure(name=name, value=value, unit=Unit.ENTRIES_A_SECOND, sense=Sense.AT_LEAST, bound=bound, note=note)
