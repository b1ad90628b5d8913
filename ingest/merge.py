"""Several sources as one stream, ordered by (received_at, source, row) and numbered anew, in bounded memory.

A file in order streams through; one whose first rows are not is sorted through temporary files first. The order is
a function of the files alone, so it is the same on every engine.
"""

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import Final

from ingest.outcomes import Outcome, Outside, Read, SourceUnreadable
from ingest.sorting import Keyed, spilled
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedHeartbeat, FeedRecord, Source, Withdrawal
from schemas.topics import FEED_RECORDS

BLOCK_ROWS: Final = 16_384
"""Of one reader in memory, and as many again while they are sorted."""

_SOURCE_OF: Final[dict[type, Source]] = {own: source for source, (own, *_) in FEED_RECORDS.items()}
_RANKS: Final = {source: rank for rank, source in enumerate(sorted(Source))}


def merged(readers: Sequence[Iterator[Outcome]], *, start: int = 0) -> Iterator[Outcome]:
    """All rows of some readers, in order, after ordinal `start`; `position` becomes the ordinal in this order.

    A dead letter keeps the position in its own file and comes after the row before it there. When a source ends early
    the others go on; SourceUnreadable is raised after all rows, for all that ended so.

    A row more than `BLOCK_ROWS` rows behind its place, in a file that began in order, comes when it is reached.
    """
    failures: list[SourceUnreadable] = []
    streams = [_ordered(_keyed(reader, index, failures)) for index, reader in enumerate(readers)]
    for ordinal, (*_, outcome) in enumerate(heapq.merge(*streams), start=1):
        if ordinal > start:
            yield _renumbered(outcome, ordinal)
    if failures:
        raise _all_of(failures)


def merged_name(streams: Sequence[str]) -> str:
    """The name of the stream that merges some streams: a lone one keeps its own."""
    if len(streams) == 1:
        return streams[0]
    return "merged:" + hashlib.sha256("\n".join(streams).encode()).hexdigest()[:16]


def _renumbered(outcome: Outcome, ordinal: int) -> Outcome:
    if isinstance(outcome, DeadLetter) or outcome.position == ordinal:
        return outcome
    if isinstance(outcome, Read):
        return Read(position=ordinal, record=outcome.record)
    return Outside(position=ordinal)


def _keyed(reader: Iterator[Outcome], index: int, failures: list[SourceUnreadable]) -> Iterator[Keyed]:
    """Each row with its place in the order; one without a time stands right after the row before it."""
    at, rank, ordinal = 0, 0, 0
    try:
        for outcome in reader:
            ordinal += 1
            if isinstance(outcome, Read):
                at, rank = outcome.record.received_at, _RANKS[_source_of(outcome.record)]
            yield at, rank, ordinal, index, outcome
    except SourceUnreadable as error:
        failures.append(error)


def _source_of(record: FeedRecord) -> Source:
    return record.source if isinstance(record, Withdrawal | FeedHeartbeat) else _SOURCE_OF[type(record)]


def _ordered(keyed: Iterator[Keyed]) -> Iterator[Keyed]:
    """One reader's rows in order; sorted through a temporary file where its first block is not."""
    block = list(islice(keyed, BLOCK_ROWS))
    if len(block) == BLOCK_ROWS and not _is_in_order(block):
        yield from spilled(chain(block, keyed))
        return
    while following := list(islice(keyed, BLOCK_ROWS)):
        block += following
        block.sort()
        yield from block[:BLOCK_ROWS]
        del block[:BLOCK_ROWS]
    block.sort()
    yield from block


def _is_in_order(block: list[Keyed]) -> bool:
    return all(earlier < later for earlier, later in pairwise(block))


def _all_of(failures: list[SourceUnreadable]) -> SourceUnreadable:
    if len(failures) == 1:
        return failures[0]
    first, *others = failures
    why = "; ".join([first.why, *(f"{failure.file}: {failure.why}" for failure in others)])
    return SourceUnreadable(first.file, why, sum(failure.rows_read for failure in failures))
