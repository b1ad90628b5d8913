"""All benchmarks by name, in the order in which they run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    contracts,
    embedded_engine,
    kafka_growth,
    kafka_memory,
    kafka_recovery,
    kafka_reports,
    kafka_speed,
    kafka_startup,
    kafka_windows,
    memory_engine,
    push,
    reads,
    redis_view,
    reports,
    rewind,
    startup,
    storage,
)
from tests.benchmarks.demo_record import write_record
from tests.benchmarks.figure import Figure
from tests.benchmarks.nights import write_nights

RUNS_MAX: Final = 3
"""A figure passes by the best of so many runs at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """`measure(work)` gives one run's figures; it runs in a process of its own, on one core where `pinned`.

    `prepare(work)` comes first, not timed, in the runner's process. It runs `runs_least` times, and up to `RUNS_MAX`
    while a figure misses its bound.
    """

    measure: Callable[[Path], list[Figure]]
    about: str
    prepare: Callable[[Path], None] | None = None
    pinned: bool = True
    runs_least: int = RUNS_MAX


BENCHMARKS: Final[dict[str, Benchmark]] = {
    "contracts": Benchmark(measure=contracts.measure, about="contracts"),
    "storage": Benchmark(measure=storage.measure, about="journal and record on the disk"),
    "memory-engine": Benchmark(
        measure=memory_engine.measure, prepare=write_nights, about="memory engine, 520 simulated nights"
    ),
    "embedded-engine": Benchmark(
        measure=embedded_engine.measure, prepare=write_nights, about="embedded engine, the same nights"
    ),
    "push": Benchmark(
        measure=push.measure, about="push alone, 1,000 consoles, 1 kB at 10/s", pinned=False, runs_least=1
    ),
    "reads": Benchmark(measure=reads.measure, about="REST, 500 reads/s while a night runs", pinned=False, runs_least=1),
    "rewind": Benchmark(
        measure=rewind.measure, prepare=write_record, about="the picture of any moment of 26 nights", runs_least=1
    ),
    "redis-view": Benchmark(
        measure=redis_view.measure, about="the view in Redis, put and followed", pinned=False, runs_least=1
    ),
    "reports": Benchmark(
        measure=reports.measure, about="reports over REST to the frame, 100/s to 100 consoles", pinned=False
    ),
    "startup": Benchmark(
        measure=startup.measure, about="from exec to the first frame, and after a kill", pinned=False, runs_least=1
    ),
    "kafka-speed": Benchmark(
        measure=kafka_speed.measure,
        prepare=write_nights,
        about="Kafka engine, feed to picture, everything on",
        pinned=False,
        runs_least=1,
    ),
    "kafka-windows": Benchmark(
        measure=kafka_windows.measure, about="the rolling hour by cell on the broker", pinned=False, runs_least=1
    ),
    "kafka-reports": Benchmark(
        measure=kafka_reports.measure,
        about="Kafka engine, reports to the frame, 100/s to 1,000 consoles",
        pinned=False,
        runs_least=1,
    ),
    "kafka-recovery": Benchmark(
        measure=kafka_recovery.measure,
        prepare=write_nights,
        about="Kafka engine, a worker killed",
        pinned=False,
        runs_least=1,
    ),
    "kafka-growth": Benchmark(
        measure=kafka_growth.measure,
        prepare=write_nights,
        about="Kafka engine, more workers and areas",
        pinned=False,
        runs_least=1,
    ),
    "kafka-memory": Benchmark(
        measure=kafka_memory.measure,
        prepare=write_nights,
        about="Kafka engine, memory over nights",
        pinned=False,
        runs_least=1,
    ),
    "kafka-startup": Benchmark(
        measure=kafka_startup.measure, about="up --engine kafka to the first frame", pinned=False, runs_least=1
    ),
}
