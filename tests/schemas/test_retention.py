"""Retention rules: dated, one in force at a time, and every mistake of their file named with its place."""

from datetime import date
from pathlib import Path

import pytest

from schemas.reference import load_area
from schemas.retention import DAYS_ALLOWED, Held, Retention, RetentionRule, read_retention
from schemas.times import DAY, from_rfc3339
from schemas.toml_reader import ReferenceFileError

FILE = "".join(
    f'[[retention]]\nsince = 2000-01-01\nwhat = "{what}"\ndays = {DAYS_ALLOWED[what][0]}\n\n' for what in Held
)


def test_a_rule_is_in_force_from_midnight_of_its_date_until_the_next_of_its_kind() -> None:
    rules = [(date(2020, 1, 1), 92), (date(2026, 6, 1), 30)]
    retention = Retention(
        time_zone="Europe/London",
        rules=tuple(RetentionRule(since=since, what=Held.WORDS, days=days) for since, days in rules),
    )
    before, after = (from_rfc3339(f"2026-05-31T{clock}Z") for clock in ("22:59:59", "23:00:00"))
    assert retention.goes_before(Held.WORDS, before) == before - 92 * DAY
    assert retention.goes_before(Held.WORDS, after) == after - 30 * DAY
    assert retention.rule(Held.WORDS, from_rfc3339("2019-12-31T12:00:00Z")) is None
    assert retention.goes_before(Held.AUDIT, after) is None


def test_the_built_in_rules_are_within_their_bounds_and_name_every_kind() -> None:
    rules = load_area().retention.rules
    assert {rule.what for rule in rules} == set(Held)
    assert all(DAYS_ALLOWED[rule.what][0] <= rule.days <= DAYS_ALLOWED[rule.what][1] for rule in rules)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("days = 1\n", "days = 0\n", 4, "retention.0.days = 0: must lie between 1 and 400"),
        ("days = 366\n", "days = 365\n", 29, "retention.5.days = 365: must lie between 366 and 3700"),
        ('what = "words"', 'what = "wrods"', 3, "retention.0.what = 'wrods': must be one of words,"),
        ('what = "sessions"', 'what = "words"', 22, "retention.4.since = datetime.date(2000, 1, 1): two rules"),
        ("since = 2000-01-01", 'since = "soon"', 2, "retention.0.since = 'soon': must be a date"),
        ("days = 1\n", "days = 1\nyears = 2\n", 5, "retention.0.years = 2: is not known here"),
        (FILE[: FILE.index("\n\n")], "", None, "has no rule where what is words"),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, line: int | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "retention.toml"
    assert old in FILE
    file.write_text(FILE.replace(old, new, 1))
    with pytest.raises(ReferenceFileError) as refused:
        read_retention(file, "Europe/London")
    assert said in str(refused.value)
    if line is not None:
        assert f"{file}:{line}:" in str(refused.value)
