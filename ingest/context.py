"""What the rows of one stream are read with: the area, its clock and positions, ids for rows without one, the words."""

from dataclasses import dataclass

from ingest.local_time import LocalClock
from ingest.positions import Positions
from ingest.row_ids import RowIds
from ingest.words import WordsPort
from schemas.area import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One stream's; the clock and the ids remember its rows."""

    area: Area
    clock: LocalClock
    positions: Positions
    ids: RowIds
    words: WordsPort


def context_for(area: Area, words: WordsPort, retried_position: int | None = None) -> Context:
    """A fresh context; `retried_position` for a single row that is read again."""
    return Context(
        area=area,
        clock=LocalClock(area.time_zone),
        positions=Positions(area),
        ids=RowIds(retried_position),
        words=words,
    )
