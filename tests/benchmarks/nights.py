"""520 simulated nights as five vendors' files, written once a run: what every replay here reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import orjson

from ingest.feeding import Keeper, Records, Tally, batches
from ingest.merge import merged
from ingest.reading import read
from ingest.simulate.many import nights
from ingest.simulate.night import SOURCES
from ingest.words import WordsPort
from schemas.area import Area
from schemas.night import NightCalendar
from schemas.reference import load_area
from schemas.times import Instant

FIRST: Final = date(2026, 1, 2)
COUNT: Final = 520
EARLY: Final = 150
"""Memory after so many nights is what memory after all of them is compared with."""
SEED: Final = 7
STREAM: Final = "bench:nights"
FOLDER: Final = "nights"
"""Within the folder of a run."""
_ABOUT: Final = "nights.json"
_SIGNS_OF_LIFE: Final = "noise_levels.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyNights:
    """Where the files lie, how many rows are mere signs of life, and when the 150th night closed."""

    folder: Path
    count: int
    heartbeats: int
    early_until: Instant


def write_nights(work: Path, count: int = COUNT, early: int = EARLY) -> None:
    """Write each feed's file over all nights; a folder that has them is left as it is."""
    folder = work / FOLDER
    if not (folder / _ABOUT).exists():
        folder.mkdir(parents=True, exist_ok=True)
        about = _write_all(load_area(), folder, count, early)
        (folder / _ABOUT).write_bytes(orjson.dumps(about, default=str))


def written_nights(work: Path) -> ManyNights:
    """The nights that `write_nights` wrote there."""
    folder = work / FOLDER
    return msgspec.convert(
        orjson.loads((folder / _ABOUT).read_bytes()), ManyNights, dec_hook=lambda kind, text: kind(text)
    )


def records(area: Area, folder: Path, keeper: Keeper, words: WordsPort) -> Iterator[Records]:
    """All nights in batches, read and merged as a replay does."""
    readers = [read(source, folder / name, area, words=words) for name, source in SOURCES.items()]
    return batches(merged(readers), STREAM, keeper, Tally())


def _write_all(area: Area, folder: Path, count: int, early: int) -> ManyNights:
    calendar, heartbeats, early_until = NightCalendar(area.nights), 0, 0
    for number, simulated in enumerate(nights(area, FIRST, count, SEED), start=1):
        for name, content in simulated.files.items():
            body = content if number == 1 or name.endswith(".ndjson") else content.partition(b"\n")[2]
            with (folder / name).open("ab") as file:
                file.write(body)
        heartbeats += simulated.files[_SIGNS_OF_LIFE].count(b"\n") - 1
        if number == early:
            night = calendar.night_on(date.fromisoformat(simulated.night))
            early_until = 0 if night is None else night.closes_at
    return ManyNights(folder=folder, count=count, heartbeats=heartbeats, early_until=early_until)
