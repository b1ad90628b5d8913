"""One run of one benchmark in this fresh process: `python -m tests.benchmarks.run_once NAME FOLDER`, JSON on stdout."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.benchmarks.calibration import Round
from tests.benchmarks.figure import Figure
from tests.benchmarks.registry import BENCHMARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run's figures, and a calibration round: the mean of one just before and one just after it."""

    figures: list[Figure]
    round: Round


def run_once(name: str, work: Path) -> Run:
    """Measure on one core, the last that this process may use, with a calibration on either side."""
    benchmark = BENCHMARKS[name]
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    before = Round.timed()
    if not benchmark.pinned:
        os.sched_setaffinity(0, allowed)
    figures = benchmark.measure(work)
    os.sched_setaffinity(0, {max(allowed)})
    return Run(figures=figures, round=before.mean_with(Round.timed()))


def main(argv: Sequence[str]) -> None:
    """Run and print."""
    name, work = argv
    print(orjson.dumps(run_once(name, Path(work))).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
