"""Counts what readers give, as it passes by: rows read, outside, refused."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from ingest.outcomes import Outcome, Read
from schemas.dead_letters import DeadLetter
from schemas.feeds import Source
from schemas.telemetry import Metric

ROWS_BETWEEN: Final = 500
"""Rows between two countings, so that counting costs a fast reader nothing."""


class Count(Protocol):
    """Adds to a counter."""

    def __call__(self, metric: Metric, by: float = 1, *labels: str) -> None: ...


def counted(outcomes: Iterable[Outcome], source: Source, count: Count) -> Iterator[Outcome]:
    """The same outcomes; what was taken of them is counted, also when the taking ends early."""
    seen = Counter[tuple[Metric, str]]()
    try:
        for rows, outcome in enumerate(outcomes, start=1):
            seen[_kind(outcome)] += 1
            yield outcome
            if rows % ROWS_BETWEEN == 0:
                _count(seen, source, count)
    finally:
        _count(seen, source, count)


def _kind(outcome: Outcome) -> tuple[Metric, str]:
    if isinstance(outcome, DeadLetter):
        return Metric.REJECTED, outcome.reason.value
    return (Metric.READ, "") if isinstance(outcome, Read) else (Metric.OUTSIDE, "")


def _count(seen: Counter[tuple[Metric, str]], source: Source, count: Count) -> None:
    """Every row was read, whatever came of it."""
    for (metric, reason), rows in seen.items():
        count(Metric.READ, rows, source.value)
        if metric is Metric.REJECTED:
            count(metric, rows, source.value, reason)
        elif metric is Metric.OUTSIDE:
            count(metric, rows, source.value)
    seen.clear()
