"""`make bench`: every promised figure beside its bound, with the machine; exit code 1 when one is missed.

Each benchmark runs in a fresh process on one core (push takes both), three times; a figure passes by its best run,
because what else runs on the machine can only make it slower. Beside the least, median and most of the runs stands
the ratio to a calibration round measured around the best one: in a slow hour the figures fall and the ratios stay.
Where nothing waits for a disk or a socket the time is the processor's, else the clock's.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import orjson

from tests.benchmarks.calibration import Round
from tests.benchmarks.figure import line
from tests.benchmarks.machine import Machine
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.running import Measured, RunFailed, measured

Measure = Callable[[str, Path], Measured]


def main(argv: Sequence[str] | None = None, measure: Measure = measured) -> int:
    """Run what was asked for; 0 when every figure kept its bound, 1 when not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), help="one benchmark; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON object last instead of lines")
    asked = parser.parse_args(argv)
    names = asked.only or list(BENCHMARKS)
    out = sys.stderr if asked.json else sys.stdout
    with tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder:
        machine = Machine.here(Path(folder))
        beginning = Round.timed()
        print(f"{machine}\nA calibration round: {beginning}", file=out, flush=True)
        found, failures = _all(names, Path(folder), measure, out)
    if asked.json:
        print(_json(machine, beginning, found, failures))
    else:
        print(summary(found, failures))
    return 0 if not failures and all(each.passed for each in found) else 1


def summary(found: Sequence[Measured], failures: Sequence[str]) -> str:
    """The last line: how many figures there are, and which missed."""
    figures = sum(len(each.results) for each in found)
    missed = [f"{each.name}: {result.best.name}" for each in found for result in each.results if not result.passed]
    said = f"{figures} figures, {len(missed)} missed"
    return "; ".join([f"{said} ({'; '.join(missed)})" if missed else said, *failures])


def _all(names: Sequence[str], work: Path, measure: Measure, out: TextIO) -> tuple[list[Measured], list[str]]:
    """One after the other, each shown as soon as it is known; one that fails does not keep the others from running."""
    found, failures = [], []
    for name in names:
        try:
            each = measure(name, work)
        except RunFailed as error:
            failures.append(str(error))
            print(f"\n{name}: {error}", file=out, flush=True)
            continue
        found.append(each)
        print(f"\n{each.about} (load average {each.load} when it began)", file=out)
        for result in each.results:
            print(line(result), file=out, flush=True)
    return found, failures


def _json(machine: Machine, beginning: Round, found: Sequence[Measured], failures: Sequence[str]) -> str:
    benchmarks = [
        {"name": each.name, "load": each.load, "figures": [result.as_json() for result in each.results]}
        for each in found
    ]
    said = {"machine": machine.as_json(), "round": beginning, "benchmarks": benchmarks, "failures": list(failures)}
    return orjson.dumps(said).decode()


if __name__ == "__main__":
    sys.exit(main())
