"""Figures and runs of benchmarks that nobody had to measure, for tests of their runner."""

from collections.abc import Sequence
from typing import Any

from tests.benchmarks.calibration import Round
from tests.benchmarks.figure import Figure, Result, Sense, Unit
from tests.benchmarks.run_once import Run

A_ROUND = Round(wall_s=0.05, cpu_s=0.05)


def a_figure(value: float, **changes: Any) -> Figure:
    """Entries a second, of which 20,000 were promised."""
    defaults: dict[str, Any] = {
        "name": "file to picture",
        "unit": Unit.ENTRIES_A_SECOND,
        "sense": Sense.AT_LEAST,
        "bound": 20_000.0,
    }
    return Figure(value=value, **(defaults | changes))


def a_result(figures: Sequence[Figure]) -> Result:
    """These runs, in a quiet hour."""
    return Result(runs=tuple(figures), rounds=(A_ROUND,) * len(figures))


def a_run(*values: float, **changes: Any) -> Run:
    """One run that measured these."""
    return Run(figures=[a_figure(value, **changes) for value in values], round=A_ROUND)
