"""Plays the nights into an engine, and takes the time, the entries and the memory."""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.feeding import Keeper
from ingest.words import WordsPort
from schemas.area import Area
from streams.embedded import Engine
from streams.replaying import result_of
from tests.benchmarks.figure import Clock, Figure, Sense, Unit
from tests.benchmarks.nights import STREAM, ManyNights, records

GROWTH_SHARE_MAX: Final = 0.10
GROWTH_MB_MAX: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a replay of all nights took. `entries` leaves out ticks; `reports` leaves out signs of life too."""

    wall_s: float
    cpu_s: float
    entries: int
    reports: int
    early_mb: float
    end_mb: float
    digest: str


def replay(area: Area, engine: Engine, nights: ManyNights, keeper: Keeper, words: WordsPort) -> Replay:
    """From the files to the picture of the last night, under the settings of `nightdesk replay`."""
    gc.set_threshold(50_000, 20, 50)
    wall, cpu, early_mb = time.perf_counter(), time.process_time(), 0.0
    engine.open(area.policy)
    for batch in records(area, nights.folder, keeper, words):
        engine.replay(batch)
        if not early_mb and engine.desk.clock >= nights.early_until:
            early_mb = resident_mb()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    result = result_of(engine.desk, STREAM, 0, engine.outside, {}, wall)
    entries = int(str(result["entries"]))
    return Replay(
        wall_s=wall,
        cpu_s=cpu,
        entries=entries,
        reports=entries - nights.heartbeats,
        early_mb=early_mb,
        end_mb=resident_mb(),
        digest=str(result["digest"]),
    )


def speed_figures(replay: Replay, bound: float, clock: Clock) -> list[Figure]:
    """Entries a second, ticks not counted; and how many of them are more than a camera's sign of life."""
    took = replay.cpu_s if clock is Clock.PROCESSOR else replay.wall_s
    note = f"{replay.entries:,} in {replay.wall_s:.1f} s, of which {replay.cpu_s:.1f} s of processor time"
    return [
        _rate("file to picture, entries", replay.entries / took, bound, clock, note),
        _rate("file to picture, reports among them", replay.reports / took, None, clock, f"{replay.reports:,}"),
    ]


def grown_mb(early_mb: float, end_mb: float) -> float:
    """How far memory grew beyond the tenth that is allowed: 0 where it did not."""
    return max(0.0, end_mb - early_mb * (1 + GROWTH_SHARE_MAX))


def memory_figure(replay: Replay, nights: ManyNights) -> Figure:
    """How memory grew between the early night and the last."""
    return Figure(
        name="memory grown by more than a tenth",
        value=grown_mb(replay.early_mb, replay.end_mb),
        unit=Unit.MEGABYTES,
        sense=Sense.AT_MOST,
        bound=GROWTH_MB_MAX,
        note=f"{replay.early_mb:.0f} MB early, {replay.end_mb:.0f} MB after {nights.count} nights",
    )


def resident_mb(process: int | str = "self") -> float:
    """A process's memory now, not at its highest."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def _rate(name: str, value: float, bound: float | None, clock: Clock, note: str) -> Figure:
    return Figure(
        name=name,
        value=value,
        unit=Unit.ENTRIES_A_SECOND,
        sense=Sense.AT_LEAST,
        bound=bound,
        clock=clock,
        note=note,
    )
