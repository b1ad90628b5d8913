"""How long things are kept: dated rules, one in force at a time for each kind of thing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from schemas.times import DAY, Instant, moment, zone
from schemas.toml_reader import TomlTable, read_toml


class Held(StrEnum):
    """What goes by itself once it was kept for long enough."""

    WORDS = "words"
    DEAD_LETTERS = "dead_letters"
    REPORTS = "reports"
    HISTORY = "history"
    SESSIONS = "sessions"
    AUDIT = "audit"


DAYS_ALLOWED: Final = {
    Held.WORDS: (1, 400),
    Held.DEAD_LETTERS: (1, 90),
    Held.REPORTS: (35, 2_000),
    Held.HISTORY: (35, 2_000),
    Held.SESSIONS: (1, 400),
    Held.AUDIT: (366, 3_700),
}
"""The least and the most. The audit's own file lets nothing of it go within a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """From 00:00 local of `since`, a thing is kept for so many days."""

    since: date
    what: Held
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The rules of an area. Before the first of a kind begins, that kind is kept."""

    time_zone: str
    rules: tuple[RetentionRule, ...]

    def rule(self, what: Held, at: Instant) -> RetentionRule | None:
        """The rule in force, None: none yet."""
        today = moment(at).astimezone(zone(self.time_zone)).date()
        begun = [rule for rule in self.rules if rule.what is what and rule.since <= today]
        return max(begun, key=lambda rule: rule.since, default=None)

    def goes_before(self, what: Held, at: Instant) -> Instant | None:
        """What is from this instant or earlier goes; None: nothing does."""
        rule = self.rule(what, at)
        return None if rule is None else at - rule.days * DAY


def read_retention(file: Path, time_zone: str) -> Retention:
    """The rules of a file; ReferenceFileError says what is wrong and where."""
    table = read_toml(file)
    table.allow_only("retention")
    rules: dict[tuple[Held, date], RetentionRule] = {}
    for item in table.tables("retention"):
        rule = _rule(item)
        if (rule.what, rule.since) in rules:
            raise item.refusal("since", "two rules of one kind begin on this date")
        rules[rule.what, rule.since] = rule
    missing = sorted(set(Held) - {rule.what for rule in rules.values()})
    if missing:
        raise table.refusal("retention", f"has no rule where what is {', '.join(missing)}")
    return Retention(time_zone=time_zone, rules=tuple(sorted(rules.values(), key=lambda rule: (rule.what, rule.since))))


def _rule(item: TomlTable) -> RetentionRule:
    item.allow_only("since", "what", "days")
    what = item.choice("what", Held)
    least, most = DAYS_ALLOWED[what]
    return RetentionRule(since=item.day("since"), what=what, days=item.integer("days", least, most))
