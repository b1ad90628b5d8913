"""Reports as venues and street teams send them: under an id with revisions, with two times, a place and words."""

from collections.abc import Callable
from typing import TypedDict

from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import identifier, words
from ingest.revisions import Status, revision_of
from schemas.feeds import NightStarsEncounter, SbnReport, Source, Withdrawal
from schemas.times import Instant
from schemas.words import words_ref


class Told(TypedDict):
    """What every report says of itself."""

    source_id: str
    revision: int
    occurred_at: Instant
    received_at: Instant
    words_ref: str | None
    ambiguous_time: bool


Report = SbnReport | NightStarsEncounter
Build = Callable[[Values, Told], tuple[Report, str]]
"""What is peculiar to a source: the report of a row, and whose its words are. Raises Refusal."""


def report_layout(shape: Shape, source: Source, context: Context, build: Build) -> Layout:
    """A layout of reports: its shape begins with id, revision, status and two times, and ends with words."""
    id_field, told_field, occurred_field, words_field = (shape.columns[at] for at in (0, 3, 4, -1))
    clock, port = context.clock, context.words

    def parse(row: Values, _raw: bytes) -> Report | Withdrawal:
        """One revision of a report; its words are kept once all of it is known to be right."""
        source_id = identifier(row[0], id_field)
        revision, status = revision_of(row[1], row[2])
        received_at, is_ambiguous = clock.ordered(row[3], told_field)
        if status is Status.WITHDRAWN:
            return Withdrawal(source=source, source_id=source_id, revision=revision, received_at=received_at)
        occurred_at, is_occurred_ambiguous = clock.free(row[4], occurred_field)
        text = words(row[-1], words_field)
        told = Told(
            source_id=source_id,
            revision=revision,
            occurred_at=occurred_at,
            received_at=received_at,
            words_ref=words_ref(source, source_id, revision) if text else None,
            ambiguous_time=is_ambiguous or is_occurred_ambiguous,
        )
        report, owner = build(row, told)
        if report.words_ref is not None:
            port.keep(report.words_ref, owner, text)
        return report

    return Layout(shape=shape, parse=parse)
