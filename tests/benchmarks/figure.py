"""A measured figure beside the bound it was promised to keep, and the line that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import assert_never

from tests.benchmarks.calibration import Round


class Sense(StrEnum):
    """On which side of its bound a figure must stay."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


class Unit(StrEnum):
    """What a figure counts."""

    ENTRIES_A_SECOND = "entries/s"
    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    MEGABYTES = "MB"
    PERCENT = "%"
    ONE = ""


class Clock(StrEnum):
    """How time was taken: by the clock, or only while the processor was ours, where nothing waits for a disk."""

    WALL = "wall"
    PROCESSOR = "processor"


_SECONDS = {Unit.SECONDS: 1.0, Unit.MILLISECONDS: 1e-3, Unit.MICROSECONDS: 1e-6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one run measured. Without a bound it is only shown; `note` says what a reader needs to weigh it."""

    name: str
    value: float
    unit: Unit
    sense: Sense
    bound: float | None
    clock: Clock = Clock.WALL
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether this run kept the bound."""
        if self.bound is None:
            return True
        return self.value >= self.bound if self.sense is Sense.AT_LEAST else self.value <= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure over all runs, each with the calibration round beside it."""

    runs: tuple[Figure, ...]
    rounds: tuple[Round, ...]

    @property
    def best(self) -> Figure:
        """The run that counts: machines are noisy, and noise only ever makes code slower."""
        return self._best()[0]

    @property
    def passed(self) -> bool:
        """Whether the best run kept the bound."""
        return self.best.passed

    @property
    def in_rounds(self) -> float | None:
        """The best run in rounds of the calibration: entries a round, or rounds for one; None where time is no part."""
        figure, beside = self._best()
        round_s = beside.cpu_s if figure.clock is Clock.PROCESSOR else beside.wall_s
        if figure.unit is Unit.ENTRIES_A_SECOND:
            return figure.value * round_s
        seconds = _SECONDS.get(figure.unit)
        return None if seconds is None else figure.value * seconds / round_s

    def as_json(self) -> dict[str, object]:
        """All of it, for a program to keep."""
        best = self.best
        return {
            "name": best.name,
            "value": best.value,
            "unit": best.unit,
            "sense": best.sense,
            "bound": best.bound,
            "passed": self.passed,
            "values": [run.value for run in self.runs],
            "clock": best.clock,
            "rounds": list(self.rounds),
            "in_rounds": self.in_rounds,
            "note": best.note,
        }

    def _best(self) -> tuple[Figure, Round]:
        pairs = list(zip(self.runs, self.rounds, strict=True))
        match self.runs[0].sense:
            case Sense.AT_LEAST:
                return max(pairs, key=lambda pair: pair[0].value)
            case Sense.AT_MOST:
                return min(pairs, key=lambda pair: pair[0].value)
            case _ as never:
                assert_never(never)


def line(result: Result) -> str:
    """A figure as one line: name, best, verdict, bound, the least, median and most of the runs, and its ratio."""
    best = result.best
    verdict = "shown" if best.bound is None else "passed" if result.passed else "MISSED"
    bound = "no bound" if best.bound is None else f"{best.sense} {number(best.bound)}"
    said = f"  {best.name:<44} {number(best.value):>9} {best.unit:<9} {verdict}  {bound:<16}"
    parts = [said, spread([run.value for run in result.runs]), ratio(result), best.note]
    return "  ".join(part for part in parts if part).rstrip()


def spread(values: Sequence[float]) -> str:
    """Least, median and most of some runs; nothing for a single one."""
    if len(values) < 2:
        return ""
    return " / ".join(number(value) for value in (min(values), median(values), max(values)))


def ratio(result: Result) -> str:
    """A figure beside the calibration of its own run, so that a slow hour of the machine shows."""
    rounds = result.in_rounds
    if rounds is None:
        return ""
    if result.best.unit is Unit.ENTRIES_A_SECOND:
        return f"{number(rounds)} a round"
    return f"{rounds:.3g} rounds"


def number(value: float) -> str:
    """Three significant digits or more, thousands apart."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
