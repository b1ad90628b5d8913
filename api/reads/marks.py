"""A night in quarter hours, for whoever rewinds it: how many incidents a reader sees in each, and what is usual."""

from bisect import bisect_right
from collections import Counter
from typing import Final

from api.reads.pages import Lists, Question
from api.reads.rows import Row, encoded
from api.reads.sources import Asker, Sources
from schemas.audiences import Role
from schemas.night import SLOT, OperatingNight
from schemas.redacted import Redacted
from schemas.times import MINUTE, Instant, from_rfc3339, rfc3339

_SEE_USUAL: Final = frozenset({Role.OPERATIONS, Role.LEAD})
_TOLD_WITHIN: Final = 5 * MINUTE
"""A quarter hour is known when the night was told of to within so much of its end."""


def marks_of(
    lists: Lists, sources: Sources, asker: Asker, night: OperatingNight, asked: Question, live: list[Row]
) -> bytes:
    """`{"night", "opens_at", "closes_at", "slots": [{"from", "incidents", "usual"}]}` as JSON.

    `usual` is null where it is not known: under four past nights, in what is still to come, or for whoever is not shown
    what is usual.
    """
    counts = Counter(_slot(night, row.fields) for row in lists.page(asked, asker, live).rows)
    usual = _usual(sources, night) if asker.audience.role in _SEE_USUAL else {}
    slots = [
        {"from": rfc3339(start), "incidents": counts[start], "usual": usual.get(start)}
        for start in range(night.opens_at, night.closes_at, SLOT)
    ]
    times = {"opens_at": rfc3339(night.opens_at), "closes_at": rfc3339(night.closes_at)}
    return encoded({"night": night.key, **times, "slots": slots})


def _slot(night: OperatingNight, fields: Redacted) -> Instant:
    past = from_rfc3339(str(fields["at"])) - night.opens_at
    return night.opens_at + past // SLOT * SLOT


def _usual(sources: Sources, night: OperatingNight) -> dict[Instant, float]:
    """What each quarter hour adds to what is usual by then; nothing for those whose end is not told yet."""
    told = [(at, usual) for at, usual in sources.rewind().usual_so_far(night.key) if usual is not None]
    times = [at for at, _ in told]
    adds: dict[Instant, float] = {}
    before: float | None = 0.0
    for end in range(night.opens_at + SLOT, night.closes_at + 1, SLOT):
        number = bisect_right(times, end)
        by_then = told[number - 1][1] if number and times[-1] >= end - _TOLD_WITHIN else None
        if by_then is not None and before is not None:
            adds[end - SLOT] = round(max(0.0, by_then - before), 2)
        before = by_then
    return adds
