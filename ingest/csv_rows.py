"""CSV rows out of physical lines: quoted newlines joined, and a stray quote or a ragged row harms only its own line."""

import csv
from collections.abc import Iterator
from functools import partial
from typing import Final

from ingest.columns import Header, Row
from ingest.lines import Lines, decoded
from ingest.outcomes import Broken, Refusal
from schemas.dead_letters import Reason

ROW_BYTES_MAX: Final = 256 * 1024
ROW_LINES_MAX: Final = 200
"""A quoted field that runs past these is a stray quote: its first line is refused and reading goes on below it."""
RAW_BYTES_KEPT: Final = 4 * 1024
"""Of a row that is too large."""

_strict_reader: Final = partial(csv.reader, strict=True, skipinitialspace=True)
_CUT_SHORT: Final = (Reason.RAGGED_ROW, Reason.UNCLOSED_QUOTE)
_Taken = tuple[list[str] | Refusal, bytes, int]
"""Fields or why there are none, the bytes they came from, and how many lines those were."""


def header_line(batches: Iterator[list[bytes]]) -> tuple[bytes, int, list[bytes]]:
    """The first line that is not blank, with those that a quote goes on over; the number of the next, and its batch."""
    header, number = b"", 1
    for lines in batches:
        for at, raw in enumerate(lines):
            header = header + b"\n" + raw if header else raw.strip() and raw
            if header and header.count(b'"') % 2 == 0:
                return header, number + at + 1, lines[at + 1 :]
            if header.count(b"\n") >= ROW_LINES_MAX or len(header) > ROW_BYTES_MAX:
                raise _unclosed()
        number += len(lines)
    raise _unclosed() if header else Broken("is empty; a header line was expected")


def _unclosed() -> Broken:
    return Broken("is no CSV that can be read: a quote in its header line is not closed")


class CsvRows:
    """Batches of the rows that follow a header; blank lines are no rows.

    Raises Broken where the text ends in the middle of a row.
    """

    def __init__(self, source: Lines, batches: Iterator[list[bytes]], header: Header) -> None:
        self._source = source
        self._batches = batches
        self._header = header
        self._line = 0
        self._held: list[bytes] = []

    def batches(self, line: int, lines: list[bytes]) -> Iterator[list[Row]]:
        """Rows from line number `line` on, which is the first of `lines`; each batch as soon as it is there."""
        self._line = line
        yield self._split(lines, is_last=False)
        for more in self._batches:
            is_cut = self._source.unterminated  # then this is the last batch
            rows = self._split(self._held + more if self._held else more, is_last=is_cut)
            yield from self._whole(rows) if is_cut else (rows,)
        yield self._split(self._held, is_last=True)

    def _whole(self, rows: list[Row]) -> Iterator[list[Row]]:
        """The last rows of a text that does not end in a line end, where a row that stops short is no row."""
        if not rows:
            return
        line, _, _, values = rows[-1]
        if isinstance(values, Refusal) and values.reason in _CUT_SHORT:
            yield rows[:-1]
            raise Broken(f"is cut off in the middle of line {line}")
        yield rows

    def _split(self, lines: list[bytes], *, is_last: bool) -> list[Row]:
        """The rows of some lines; the lines of one that may go on below are held back."""
        rows: list[Row] = []
        at, total, line, header = 0, len(lines), self._line, self._header
        delimiter, width, pick, layout = header.delimiter, header.width, header.pick, header.layout
        while at < total:
            raw = lines[at]
            try:
                plain = raw.decode().split(delimiter)
            except UnicodeDecodeError:
                plain = decoded(raw).split(delimiter)
            if len(plain) == width and b'"' not in raw and b"\0" not in raw and len(raw) <= ROW_BYTES_MAX:
                plain.append("")  # stands for every column that is absent
                rows.append((line + at, raw, layout, pick(plain)))
                at += 1
            elif not raw.strip():
                at += 1
            else:
                fields, raw, taken = self._odd(lines, at, is_last=is_last)
                if not taken:
                    break
                values = fields if isinstance(fields, Refusal) else pick([*fields, ""])
                rows.append((line + at, raw, layout, values))
                at += taken
        self._held = lines[at:]
        self._line = line + at
        return rows

    def _odd(self, lines: list[bytes], at: int, *, is_last: bool) -> _Taken:
        """A row with quotes, or one to refuse. Nothing taken: its end is not here yet."""
        raw = lines[at]
        if len(raw) > ROW_BYTES_MAX:
            rule = f"a row has at most {ROW_BYTES_MAX // 1024} KiB; only its beginning is kept"
            return Refusal(Reason.TOO_LARGE, rule), raw[:RAW_BYTES_KEPT], 1
        if b'"' not in raw:
            return self._checked(decoded(raw).split(self._header.delimiter), raw, 1)
        try:
            fields = next(_strict_reader((decoded(raw),), delimiter=self._header.delimiter))
        except csv.Error:
            return self._over_lines(lines, at, is_last=is_last)
        return self._checked(fields, raw, 1)

    def _over_lines(self, lines: list[bytes], at: int, *, is_last: bool) -> _Taken:
        piece = lines[at : at + ROW_LINES_MAX]
        reader = _strict_reader((decoded(raw) + "\n" for raw in piece), delimiter=self._header.delimiter)
        try:
            fields = next(reader)
        except csv.Error:
            may_go_on = reader.line_num == len(piece) < ROW_LINES_MAX and sum(map(len, piece)) <= ROW_BYTES_MAX
            if may_go_on and not is_last:
                return [], b"", 0
            rule = f"a quoted field ends in a quote and a delimiter, within {ROW_LINES_MAX} lines and 256 KiB"
            return Refusal(Reason.UNCLOSED_QUOTE, rule), piece[0], 1
        taken = reader.line_num
        return self._checked(fields, b"\n".join(piece[:taken]), taken)

    def _checked(self, fields: list[str], raw: bytes, taken: int) -> _Taken:
        """A row over several lines that does not fit gives back all but its first: that one's quote was a stray."""
        if len(fields) != self._header.width:
            rule = f"{len(fields)} fields where the header has {self._header.width}"
            return Refusal(Reason.RAGGED_ROW, rule), raw if taken == 1 else raw[: raw.index(b"\n")], 1
        if b"\0" in raw:
            return Refusal(Reason.NUL_BYTE, "a row of text holds no NUL byte"), raw, taken
        return fields, raw, taken
