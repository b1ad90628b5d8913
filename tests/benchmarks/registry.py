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


def _on_kafka(
    measure: Callable[[Path], list[Figure]], about: str, prepare: Callable[[Path], None] | None = None
) -> Benchmark:
    """On all cores, since it is many processes; once, since it takes minutes."""
    return Benchmark(measure=measure, about=f"Kafka engine, {about}", prepare=prepare, pinned=False, runs_least=1)


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
    "kafka-speed": _on_kafka(kafka_speed.measure, "feed to picture, everything on", write_nights),
    "kafka-windows": _on_kafka(kafka_windows.measure, "the rolling hour by cell on the broker"),
    "kafka-reports": _on_kafka(kafka_reports.measure, "reports to the frame, 100/s to 1,000 consoles"),
    "kafka-recovery": _on_kafka(kafka_recovery.measure, "a worker killed", write_nights),
    "kafka-growth": _on_kafka(kafka_growth.measure, "more workers and areas", write_nights),
    "kafka-memory": _on_kafka(kafka_memory.measure, "memory over nights", write_nights),
    "kafka-startup": _on_kafka(kafka_startup.measure, "up --engine kafka to the first frame"),
}
