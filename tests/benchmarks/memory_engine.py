"""File to picture on the memory engine: at least 20,000 entries/s on one core, in memory that stays flat."""

import time
from pathlib import Path
from typing import Final

from ingest.replaying import Nobody
from schemas.reference import load_area
from streams.folder_run import engine_in_memory
from tests.benchmarks.figure import Clock, Figure
from tests.benchmarks.night_replay import Replay, memory_figure, replay, speed_figures
from tests.benchmarks.nights import ManyNights, written_nights

ENTRIES_A_SECOND_MIN: Final = 20_000.0


def measure(work: Path) -> list[Figure]:
    """One replay of all nights; making the files is not timed."""
    nights = written_nights(work)
    played = replay_in_memory(nights)
    return [*speed_figures(played, ENTRIES_A_SECOND_MIN, Clock.PROCESSOR), memory_figure(played, nights)]


def replay_in_memory(nights: ManyNights) -> Replay:
    """A replay as `nightdesk replay --engine memory` does it."""
    area = load_area()
    engine = engine_in_memory(area, "replay-bench", time.monotonic)
    return replay(area, engine, nights, Nobody(), Nobody())
