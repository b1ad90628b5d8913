"""Reads one vendor's file or stream: each row becomes a record, a dead letter or a mark that it lies elsewhere.

Rows come in the order of the file and are numbered from 1. A refused row never harms another; where the stream itself
breaks, what was read stands and SourceUnreadable follows it.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import orjson
from msgspec.structs import replace

from ingest.columns import Layout, Row, check_columns, read_header
from ingest.context import Context, context_for
from ingest.csv_rows import CsvRows, header_line
from ingest.json_elements import ArrayElements
from ingest.json_rows import JsonObjects, numbered
from ingest.layouts import LAYOUTS
from ingest.lines import Lines
from ingest.opening import Text, open_text
from ingest.outcomes import Broken, Outcome, Outside, Read, Refusal, SourceUnreadable
from ingest.words import WordsAfterStart, WordsPort
from schemas.area import Area
from schemas.dead_letters import DeadLetter
from schemas.feeds import Source

_LINES_OF_JSON: Final = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")

_Rows = tuple[bytes | None, Iterator[list[Row]]]
"""The header that dead letters keep, and the rows in batches."""


def read(
    source: Source,
    path: Path | BinaryIO,
    area: Area,
    *,
    words: WordsPort,
    columns: Mapping[str, str] | None = None,
    name: str | None = None,
    start: int = 0,
) -> Iterator[Outcome]:
    """The rows of a file, plain or gzip, CSV or JSON, or of a binary stream, after ordinal `start`.

    `columns` maps our column names to the vendor's; `name` is what messages call the stream. Words are kept before
    their record is yielded, and only for rows after `start`.
    """
    file = name or (str(path) if isinstance(path, Path) else "standard input")
    gate = WordsAfterStart(words, is_open=start == 0)
    rows_read = 0
    try:
        for outcome in _outcomes(source, path, context_for(area, gate), columns or {}, file):
            rows_read += 1
            if rows_read > start:
                yield outcome
            elif rows_read == start:
                gate.is_open = True
    except Broken as error:
        raise SourceUnreadable(file, str(error), rows_read) from error


def read_again(letter: DeadLetter, area: Area, *, words: WordsPort) -> Outcome:
    """A dead letter's row, read alone under today's code and reference; it keeps its place in its file."""
    context = context_for(area, words, retried_position=letter.position)
    layouts = LAYOUTS[letter.source](context)
    if letter.is_json:
        columns = orjson.loads(letter.header) if letter.header else {}
        rows = JsonObjects(layouts, columns).rows(iter([[(letter.line, letter.raw)]]))
    else:
        body = io.BytesIO((letter.header or b"") + b"\n" + letter.raw + b"\n")
        _, rows = _csv_rows(open_text(body), layouts, {})
    outcome = next(_judged(rows, letter.source, letter.file, letter.header), letter)
    return _in_place_of(letter, outcome)


def stream_name(path: Path) -> str:
    """The name of a file's stream: the same bytes are the same stream, wherever they lie."""
    with path.open("rb") as file:
        return f"file:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"


def _outcomes(
    source: Source, path: Path | BinaryIO, context: Context, columns: Mapping[str, str], file: str
) -> Iterator[Outcome]:
    """Every row's outcome, in order. Raises Broken where the stream ends early."""
    layouts = LAYOUTS[source](context)
    check_columns(columns, layouts)
    header, rows = _rows(open_text(path), layouts, columns, file)
    return _judged(rows, source, file, header)


def _judged(batches: Iterator[list[Row]], source: Source, file: str, header: bytes | None) -> Iterator[Outcome]:
    position = 0
    for batch in batches:
        _look_ahead(batch)
        for line, raw, layout, values in batch:
            position += 1
            try:
                if isinstance(values, Refusal):
                    raise values
                record = layout.parse(values, raw)
            except Refusal as refusal:
                yield _dead_letter(refusal, file, line, position, source, raw, header)
            else:
                yield Outside(position=position) if record is None else Read(position=position, record=record)


def _rows(text: Text, layouts: Sequence[Layout], columns: Mapping[str, str], file: str) -> _Rows:
    if not _is_json(text.head, file):
        return _csv_rows(text, layouts, columns)
    header = orjson.dumps(dict(columns)) if columns else None
    is_array = text.head.lstrip().startswith(b"[") and not _is_of_lines(file)
    elements = iter(ArrayElements(text.chunks())) if is_array else numbered(Lines(text.chunks()))
    return header, JsonObjects(layouts, columns).rows(elements)


def _is_json(head: bytes, file: str) -> bool:
    return _is_of_lines(file) or head.lstrip()[:1] in (b"{", b"[")


def _is_of_lines(file: str) -> bool:
    return file.lower().endswith(_LINES_OF_JSON)


def _csv_rows(text: Text, layouts: Sequence[Layout], columns: Mapping[str, str]) -> _Rows:
    lines = Lines(text.chunks())
    batches = iter(lines)
    raw, number, rest = header_line(batches)
    header = read_header(raw, layouts, columns)
    rows = CsvRows(lines, batches, header).batches(number, rest)
    return (header.canonical if columns else raw), rows


def _look_ahead(batch: Sequence[Row]) -> None:
    if batch and (look_ahead := batch[0][2].look_ahead) is not None:
        look_ahead([values for _, _, _, values in batch if not isinstance(values, Refusal)])


def _dead_letter(
    refusal: Refusal, file: str, line: int, position: int, source: Source, raw: bytes, header: bytes | None
) -> DeadLetter:
    return DeadLetter(
        file=file,
        line=line,
        position=position,
        source=source,
        reason=refusal.reason,
        field=refusal.field,
        value=refusal.value,
        rule=refusal.rule,
        raw=raw,
        header=header,
    )


def _in_place_of(letter: DeadLetter, outcome: Outcome) -> Outcome:
    if isinstance(outcome, Read):
        return Read(position=letter.position, record=outcome.record)
    if isinstance(outcome, Outside):
        return Outside(position=letter.position)
    return replace(outcome, file=letter.file, line=letter.line, position=letter.position)
