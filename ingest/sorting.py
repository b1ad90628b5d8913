"""Sorts any number of rows in bounded memory: sorted runs in one temporary file, merged as they are read back."""

import heapq
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Final

import msgspec

from ingest.outcomes import Outcome, Outside, Read
from schemas.codec import FEED_TYPES
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedRecord

RUN_ROWS: Final = 65_536
"""Sorted in memory at a time."""
_PIECE_ROWS: Final = 64
"""Of each run in memory while runs are merged."""

Keyed = tuple[int, int, int, int, Outcome]
"""received_at, the source's rank, the row's ordinal in its reader, the reader's index: no two alike. Then the row."""
Piece = tuple[int, int]
"""Where a piece of a run lies in the file, and how many bytes it has."""

_RECORDS: Final[tuple[type[FeedRecord], ...]] = tuple(FEED_TYPES.values())
_KINDS: Final[dict[type, int]] = {kind: number for number, kind in enumerate((*_RECORDS, DeadLetter, Outside))}
_encoder: Final = msgspec.msgpack.Encoder()
_rows: Final = msgspec.msgpack.Decoder(list[tuple[int, int, int, int, int, int, msgspec.Raw]])
_records: Final = [msgspec.msgpack.Decoder(kind) for kind in _RECORDS]
_dead_letter: Final = msgspec.msgpack.Decoder(DeadLetter)


def spilled(rows: Iterator[Keyed]) -> Iterator[Keyed]:
    """All rows, in order of their keys. OSError: the temporary file cannot be written."""
    with tempfile.TemporaryFile() as file:
        runs: list[list[Piece]] = []
        while run := list(islice(rows, RUN_ROWS)):
            run.sort()
            runs.append(_write(file, run))
        yield from heapq.merge(*(_read(file, pieces) for pieces in runs))


def _write(file: IO[bytes], run: list[Keyed]) -> list[Piece]:
    pieces: list[Piece] = []
    for first in range(0, len(run), _PIECE_ROWS):
        blob = _encoder.encode([_written(keyed) for keyed in run[first : first + _PIECE_ROWS]])
        pieces.append((file.tell(), len(blob)))
        file.write(blob)
    return pieces


def _read(file: IO[bytes], pieces: list[Piece]) -> Iterator[Keyed]:
    for offset, length in pieces:
        file.seek(offset)
        for at, rank, ordinal, index, position, kind, body in _rows.decode(file.read(length)):
            yield at, rank, ordinal, index, _outcome(position, kind, body)


def _written(keyed: Keyed) -> tuple[int, int, int, int, int, int, object]:
    at, rank, ordinal, index, outcome = keyed
    body = outcome.record if isinstance(outcome, Read) else outcome
    return at, rank, ordinal, index, outcome.position, _KINDS[type(body)], body


def _outcome(position: int, kind: int, body: msgspec.Raw) -> Outcome:
    if kind < len(_RECORDS):
        return Read(position=position, record=_records[kind].decode(body))
    if kind == _KINDS[DeadLetter]:
        return _dead_letter.decode(body)
    return Outside(position=position)
