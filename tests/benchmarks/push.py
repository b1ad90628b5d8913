"""Push alone, a thousand consoles at ten deltas of 1 kB a second: p99 <= 60 ms, and twenty that stop reading."""

from pathlib import Path
from typing import Any, Final

from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.push_load import BOUND_MS, Load
from tests.benchmarks.push_load import measure as measure_load

LOAD: Final = Load(clients=1_000, rate=10.0, bytes_=1_024, slow=20, seconds=10.0)


def measure(_work: Path) -> list[Figure]:
    """Both phases; the push server has one core to itself."""
    found = measure_load(LOAD)
    return [
        *_phase("all read", found["everybody_reads"]),
        *_phase("20 do not", found["some_do_not"]),
        _count("slow consoles that were not passed over", LOAD.slow - found["slow_skipped"]),
    ]


def _phase(name: str, phase: dict[str, Any]) -> list[Figure]:
    note = f"p50 {phase['p50_ms']} ms, most {phase['max_ms']} ms, server at {100 * phase['server_cpu']:.0f} % of a core"
    return [
        Figure(
            name=f"p99 from publish to receipt, {name}",
            value=phase["p99_ms"],
            unit=Unit.MILLISECONDS,
            sense=Sense.AT_MOST,
            bound=BOUND_MS,
            note=note,
        ),
        _count(f"deltas lost, {name}", phase["lost"]),
    ]


def _count(name: str, value: float) -> Figure:
    return Figure(name=name, value=value, unit=Unit.ONE, sense=Sense.AT_MOST, bound=0.0)
