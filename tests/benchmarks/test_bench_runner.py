"""The runner: a missed bound ends with exit code 1, a figure gets three tries, a run that fails is not a pass."""

import json
from itertools import count
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import main, summary
from tests.benchmarks.machine import Machine
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.running import Measured, RunFailed, alone, measured, side_by_side
from tests.builders_bench import a_figure, a_result, a_run


def found(*values: float, name: str = "contracts") -> Measured:
    """A benchmark whose figures came out so; 20,000 were promised."""
    results = tuple(a_result([a_figure(value)]) for value in values)
    return Measured(name=name, about=f"about {name}", load=0.5, results=results)


def test_a_missed_bound_ends_with_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "contracts"], lambda *_: found(20_000.0, 19_999.0)) == 1
    said = capsys.readouterr().out
    assert "MISSED" in said
    assert said.splitlines()[-1] == "2 figures, 1 missed (contracts: file to picture)"


def test_bounds_that_are_kept_end_with_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "contracts"], lambda *_: found(20_000.0)) == 0
    machine, calibration, *_, last = capsys.readouterr().out.splitlines()
    assert "load average" in machine
    assert "calibration round" in calibration
    assert last == "1 figures, 0 missed"


def test_every_benchmark_runs_unless_some_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    ran: list[str] = []

    def measure(name: str, _work: Path) -> Measured:
        ran.append(name)
        return found(20_000.0, name=name)

    assert main([], measure) == 0
    assert ran == list(BENCHMARKS)
    ran.clear()
    assert main(["--only", "push", "--only", "storage"], measure) == 0
    assert ran == ["push", "storage"]
    assert "about storage (load average 0.5 when it began)" in capsys.readouterr().out


def test_a_benchmark_that_ends_early_is_no_pass_and_the_others_still_run(capsys: pytest.CaptureFixture[str]) -> None:
    def measure(name: str, _work: Path) -> Measured:
        if name == "push":
            raise RunFailed("push ended with exit code 3")
        return found(20_000.0)

    assert main(["--only", "push", "--only", "storage"], measure) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 figures, 0 missed; push ended with exit code 3"


def test_json_is_one_object_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--only", "contracts"], lambda *_: found(25_000.0)) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["benchmarks"][0]["figures"][0]["value"] == 25_000.0
    assert said["machine"]["cores"] >= 1
    assert said["round"]["cpu_s"] > 0


def test_an_unknown_benchmark_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "warp-drive"])
    assert ended.value.code == 2
    assert "memory-engine" in capsys.readouterr().err


def test_a_figure_that_misses_has_three_runs_and_no_more(tmp_path: Path) -> None:
    numbers = count(1)
    result = measured("push", tmp_path, lambda *_: a_run(float(next(numbers))))
    assert [run.value for run in result.results[0].runs] == [1.0, 2.0, 3.0]
    assert not result.passed


def test_the_push_ends_with_its_first_run_that_keeps_all_bounds(tmp_path: Path) -> None:
    runs = iter([a_run(30_000.0, 5.0), a_run(4.0, 30_000.0)])
    result = measured("push", tmp_path, lambda *_: next(runs))
    assert result.passed, "each figure by its own best run"
    assert [len(each.runs) for each in result.results] == [2, 2]


def test_a_timing_has_three_runs_though_the_first_keeps_its_bound(tmp_path: Path) -> None:
    result = measured("contracts", tmp_path, lambda *_: a_run(30_000.0))
    assert len(result.results[0].runs) == 3


def test_runs_that_measured_different_figures_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different figures"):
        side_by_side([a_run(1.0), a_run(1.0, name="another")])


@pytest.mark.server
def test_a_process_that_fails_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="warp-drive ended with exit code 1"):
        alone("warp-drive", tmp_path)


def test_the_summary_names_what_missed() -> None:
    assert summary([found(1.0), found(20_000.0)], []) == "2 figures, 1 missed (contracts: file to picture)"


def test_the_machine_is_described(tmp_path: Path) -> None:
    machine = Machine.here(tmp_path)
    assert machine.cores >= 1
    assert machine.memory_gb > 0.1
    assert machine.disk
    assert f"{machine.cores} cores" in str(machine)
