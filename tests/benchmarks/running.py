"""Runs a benchmark often enough, each time in a fresh process, and puts the runs' figures side by side."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from tests.benchmarks.figure import Result
from tests.benchmarks.registry import BENCHMARKS, RUNS_MAX, Benchmark
from tests.benchmarks.run_once import Run

RUN_SECONDS_MAX: Final = 600.0
ROOT: Final = Path(__file__).resolve().parents[2]

Once = Callable[[str, Path], Run]


class RunFailed(Exception):
    """A run ended before it had measured anything; its own words stand above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A benchmark's results; `load` is the average of the last minute when it began."""

    name: str
    about: str
    load: float
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether every figure kept its bound."""
        return all(result.passed for result in self.results)


def measured(name: str, work: Path, once: Once | None = None) -> Measured:
    """Run a benchmark, and again up to three times in all while a figure misses its bound."""
    benchmark = BENCHMARKS[name]
    if benchmark.prepare is not None:
        benchmark.prepare(work)
    load = round(os.getloadavg()[0], 2)
    return Measured(name=name, about=benchmark.about, load=load, results=_results(name, benchmark, work, once or alone))


def alone(name: str, work: Path) -> Run:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.run_once", name, str(work)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False, timeout=RUN_SECONDS_MAX)
    if done.returncode != 0:
        raise RunFailed(f"{name} ended with exit code {done.returncode}")
    return msgspec.json.decode(done.stdout, type=Run)


def _results(name: str, benchmark: Benchmark, work: Path, once: Once) -> tuple[Result, ...]:
    runs: list[Run] = []
    results: tuple[Result, ...] = ()
    while len(runs) < RUNS_MAX:
        runs.append(once(name, work))
        results = side_by_side(runs)
        if len(runs) >= benchmark.runs_least and all(result.passed for result in results):
            break
    return results


def side_by_side(runs: Sequence[Run]) -> tuple[Result, ...]:
    """One result a figure. ValueError: the runs did not measure the same figures."""
    rounds = tuple(run.round for run in runs)
    results = []
    for figures in zip(*(run.figures for run in runs), strict=True):
        if len({figure.name for figure in figures}) != 1:
            raise ValueError(f"runs measured different figures: {sorted({figure.name for figure in figures})}")
        results.append(Result(runs=figures, rounds=rounds))
    return tuple(results)
