"""A figure keeps its bound or does not, its best run counts, and its line shows all of it."""

import pytest

from tests.benchmarks.calibration import Round, one_round
from tests.benchmarks.figure import Clock, Result, Sense, Unit, line, number
from tests.builders_bench import a_figure, a_result

A_ROUND = Round(wall_s=0.05, cpu_s=0.02)


@pytest.mark.parametrize(
    ("sense", "value", "passed"),
    [
        (Sense.AT_LEAST, 100.0, True),
        (Sense.AT_LEAST, 99.9, False),
        (Sense.AT_MOST, 100.0, True),
        (Sense.AT_MOST, 100.1, False),
    ],
)
def test_a_figure_on_its_bound_has_kept_it(sense: Sense, value: float, passed: bool) -> None:
    assert a_figure(value, sense=sense, bound=100.0).passed is passed


def test_a_figure_without_a_bound_cannot_miss_it() -> None:
    assert a_figure(-1.0, bound=None).passed


def test_the_best_run_counts_whichever_it_is() -> None:
    fast, slow = a_figure(7.0, sense=Sense.AT_MOST), a_figure(30.0, sense=Sense.AT_MOST)
    result = a_result([slow, fast, slow])
    assert result.best == fast
    assert a_result([a_figure(3.0), a_figure(9.0)]).best.value == 9.0


def test_a_ratio_is_to_the_round_beside_the_best_run_on_the_same_clock() -> None:
    slow_hour = Round(wall_s=0.5, cpu_s=0.2)
    runs = (a_figure(100.0, clock=Clock.PROCESSOR), a_figure(1_000.0, clock=Clock.PROCESSOR))
    assert Result(runs=runs, rounds=(slow_hour, A_ROUND)).in_rounds == pytest.approx(20)
    by_the_clock = a_figure(200.0, unit=Unit.MILLISECONDS, sense=Sense.AT_MOST, bound=1.0)
    assert Result(runs=(by_the_clock,), rounds=(A_ROUND,)).in_rounds == pytest.approx(4)
    assert a_result([a_figure(8.0, unit=Unit.MEGABYTES)]).in_rounds is None


def test_a_line_says_the_figure_its_bound_and_the_spread() -> None:
    runs = [a_figure(value, note="130,000 in 6.5 s") for value in (21_400.4, 19_000.0, 20_100.0)]
    said = line(Result(runs=tuple(runs), rounds=(A_ROUND,) * 3))
    assert " ".join(said.split()) == (
        "file to picture 21,400 entries/s passed at least 20,000"
        " 19,000 / 20,100 / 21,400 1,070 a round 130,000 in 6.5 s"
    )


def test_a_line_says_that_a_bound_was_missed_or_that_there_is_none() -> None:
    missed = line(a_result([a_figure(61.0, unit=Unit.MILLISECONDS, sense=Sense.AT_MOST, bound=60.0)]))
    assert " 61.0 ms        MISSED  at most 60.0 " in missed
    assert "shown  no bound" in line(a_result([a_figure(1.0, bound=None)]))


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00"), (5.914, "5.91"), (43.21, "43.2"), (130_000.4, "130,000"), (-250.0, "-250")]
)
def test_numbers_keep_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_a_calibration_round_is_the_same_work_each_time() -> None:
    assert one_round() == one_round() > 0
    timed = Round.timed()
    assert timed.wall_s > 0
    assert timed.cpu_s > 0


def test_a_figure_tells_a_program_all_it_tells_a_person() -> None:
    said = a_result([a_figure(21_000.0), a_figure(22_000.0)]).as_json()
    assert said["value"] == 22_000.0
    assert said["values"] == [21_000.0, 22_000.0]
    assert said["bound"] == 20_000.0
    assert said["passed"] is True
