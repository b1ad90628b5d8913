"""How the Kafka engine's throughput grows with workers, and holds with areas: 1 and 2 workers, 1, 8 and 64 areas."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schemas.area import Area
from schemas.realms import Realm
from schemas.reference import load_area
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.kafka_engine import Engine, engine
from tests.benchmarks.kafka_feeding import feed, night_records, slabs_of, until_folded
from tests.benchmarks.nights import written_nights
from tests.builders_services import ROOT

WORKERS: Final = (1, 2)
AREAS: Final = (1, 8, 64)
RECORDS: Final = 24_000
"""Of all areas together."""
SLAB: Final = 200
SHARE_LEFT_MIN: Final = 0.5
"""Of the throughput with one area, with many."""
_BUILT_IN: Final = ROOT / "schemas" / "reference"


def measure(work: Path) -> list[Figure]:
    """Six realms on one broker; in each the areas are fed the same records, all at once."""
    folder, figures = written_nights(work).folder, list[Figure]()
    with engine(work, beside=False) as running:
        areas = areas_in(running.folder / "reference", max(AREAS))
        for workers in WORKERS:
            one_area = 0.0
            for number in AREAS:
                rate = _rate(running, folder, workers, areas[:number])
                one_area = one_area or rate
                figures.append(_figure(workers, number, rate, None if number == 1 else SHARE_LEFT_MIN * one_area))
    return figures


def areas_in(folder: Path, number: int) -> list[Area]:
    """Areas that differ in name alone."""
    shutil.copytree(_BUILT_IN, folder)
    text = (folder / "westminster.toml").read_text(encoding="utf-8")
    names = [f"quarter-{each}" for each in range(number)]
    for name in names:
        (folder / f"{name}.toml").write_text(text.replace('id = "westminster"', f'id = "{name}"'), encoding="utf-8")
    return [load_area(name, folder) for name in names]


def _rate(running: Engine, folder: Path, workers: int, areas: Sequence[Area]) -> float:
    realm = running.topics(Realm(f"replay-{workers}-{len(areas)}"))
    names = {"NIGHTDESK_AREAS": ",".join(area.id for area in areas), "NIGHTDESK_AREA": areas[0].id}
    names["NIGHTDESK_REFERENCE"] = str(running.folder / "reference")
    started = [
        running.starts("worker", realm, name=name, NIGHTDESK_DATA=str(running.folder / name), **names)
        for name in (f"{realm}-{number}" for number in range(workers))
    ]
    for one in started:
        one.until_ready()
    records = night_records(areas[0], folder, 0, RECORDS // len(areas))
    slabs = slabs_of(records, areas[0], realm, SLAB)
    fed = [feed(running.clients, realm, area.id, slabs, records) for area in areas]
    folded = until_folded(running.clients, realm, {area.id: slabs for area in areas})
    for one in started:
        one.end()
    return sum(each.entries for each in fed) / (folded.ended_at - fed[0].began_at)


def _figure(workers: int, areas: int, rate: float, bound: float | None) -> Figure:
    name = f"{workers} worker{'s' * (workers > 1)}, {areas} area{'s' * (areas > 1)}"
    note = "" if bound is None else "the bound is half of what one area has"
    return Figure(name=name, value=rate, unit=Unit.ENTRIES_A_SECOND, sense=Sense.AT_LEAST, bound=bound, note=note)
