"""What a feed knows of the desk that it feeds, and of whoever keeps what has to be safe before its records go on."""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.feeding import Keeper
from ingest.metering import Count
from ingest.pacing import Submit
from ingest.words import WordsPort
from schemas.area import Area
from schemas.times import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPort:
    """One desk. `known` is the highest position that it has of a stream, `clock` where its virtual clock stands."""

    area: Area
    submit: Submit
    known: Callable[[str], int]
    clock: Callable[[], Instant]
    keeper: Keeper
    words: WordsPort
    count: Count
