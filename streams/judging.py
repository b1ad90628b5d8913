"""Verdicts: what the fold's judgement of a fact means to whoever said it."""

from schemas.journal import Fact, FeedHeard, Reported, Seen, Triggered, Withdrawn
from schemas.times import Instant
from schemas.verdicts import Judgement, Verdict
from streams.core.desk import Desk
from streams.core.sightings import key_of


def verdict_on(desk: Desk, fact: Fact | None, judgement: Judgement | None) -> Verdict:
    """The verdict on a fact that was just folded; None: it lies outside the area.

    A fact that the fold gave no word on was known to the journal before, or is on the skip list now.
    """
    if fact is None:
        return Verdict(judgement=Judgement.OUTSIDE)
    if isinstance(fact, FeedHeard):
        return Verdict(judgement=judgement or Judgement.ACCEPTED)
    if isinstance(fact, Seen):
        return Verdict(judgement=judgement or Judgement.ACCEPTED, seen_at=seen_at(desk, fact.reports))
    if not isinstance(fact, Reported | Triggered | Withdrawn):
        raise TypeError(f"{type(fact).__name__} is nothing that anybody says")
    standing = desk.reports.standing(key_of(fact.source, fact.source_id))
    if judgement is None:
        judgement = Judgement.LEFT_OUT if standing is None else Judgement.REPEATED
    return Verdict(judgement=judgement, incident=None if standing is None else standing.incident)


def seen_at(desk: Desk, reports: tuple[str, ...] | list[str]) -> Instant | None:
    """Since when all of these reports are seen that are; None: none is."""
    known = [desk.reports.known.get(key) for key in reports]
    return max((one.seen_at for one in known if one is not None and one.seen_at is not None), default=None)
