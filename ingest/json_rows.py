"""JSON objects to the values of their shape: one a line, or the elements of one array; each judged by itself."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn

import orjson

from ingest.columns import Layout, Row, Values
from ingest.json_elements import ELEMENT_BYTES_MAX
from ingest.lines import Lines, decoded
from ingest.outcomes import Broken, Refusal
from schemas.dead_letters import Reason

OBJECT_BYTES_MAX: Final = ELEMENT_BYTES_MAX
DEPTH_MAX: Final = 8
RAW_BYTES_KEPT: Final = 4 * 1024
"""Of an object that is too large."""

_ODD: Final = re.compile(rb'"\s+:|\\u|\d{16}|\d[eE]|-0')
"""Where a key might be miscounted, or a number be read otherwise by another reader."""
_BRACKET: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]', re.DOTALL)


class JsonObjects:
    """Reads objects in any of a source's shapes; `columns` maps our names to the vendor's."""

    def __init__(self, layouts: Sequence[Layout], columns: Mapping[str, str]) -> None:
        self._layouts = layouts
        self._names = [[(name, columns.get(name, name)) for name in layout.shape.columns] for layout in layouts]
        self._required = [[columns.get(name, name) for name in layout.shape.required] for layout in layouts]
        self._decoder = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)

    def rows(self, batches: Iterator[list[tuple[int, bytes]]]) -> Iterator[list[Row]]:
        """Each object's values, or why it has none."""
        for batch in batches:
            yield [self._row(line, raw) for line, raw in batch]

    def _row(self, line: int, raw: bytes) -> Row:
        if len(raw) > OBJECT_BYTES_MAX:
            rule = f"an object has at most {OBJECT_BYTES_MAX // 1024} KiB; only its beginning is kept"
            return line, raw[:RAW_BYTES_KEPT], self._layouts[0], Refusal(Reason.TOO_LARGE, rule)
        try:
            layout, values = self._values(self._object(raw), has_escapes=b"\\u" in raw)
        except Refusal as refusal:
            return line, raw, self._layouts[0], refusal
        return line, raw, layout, values

    def _object(self, raw: bytes) -> dict[str, object]:
        found = _plain(raw)
        return self._judged(raw) if found is None else found

    def _judged(self, raw: bytes) -> dict[str, object]:
        """Whatever is odd about an object is found here, and said."""
        refuse_depth(raw)
        try:
            found = self._decoder.decode(decoded(raw))
        except json.JSONDecodeError as error:
            raise Refusal(Reason.NOT_JSON, f"must be a JSON object ({error.msg}, character {error.pos + 1})") from None
        except ValueError:  # a whole number of thousands of digits
            raise Refusal(Reason.NOT_JSON, "must be a JSON object with numbers of a usual length") from None
        if not isinstance(found, dict):
            raise Refusal(Reason.NOT_JSON, "must be a JSON object")
        return found

    def _values(self, found: dict[str, object], *, has_escapes: bool) -> tuple[Layout, Values]:
        for index, required in enumerate(self._required):
            if all(name in found for name in required):
                values = tuple(
                    [v if type(v := found.get(name)) is str else _text(v, ours) for ours, name in self._names[index]]
                )
                if has_escapes:
                    for (ours, _), value in zip(self._names[index], values, strict=True):
                        _refuse_unwritable(value, ours)
                return self._layouts[index], values
        most = max(self._required, key=lambda required: sum(name in found for name in required))
        missing = next(name for name in most if name not in found)
        raise Refusal(Reason.MISSING_COLUMN, f"an object has the keys {', '.join(most)}", missing)


def _plain(raw: bytes) -> dict[str, object] | None:
    """A flat object with nothing odd about it, read several times faster; None for any other."""
    if raw.count(b"{") + raw.count(b"[") != 1 or _ODD.search(raw) is not None:
        return None
    try:
        found: object = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    # fewer keys than were written: one was written twice
    return found if isinstance(found, dict) and len(found) == raw.count(b'":') else None


def numbered(lines: Lines) -> Iterator[list[tuple[int, bytes]]]:
    """Lines with their numbers, blank ones left out. Raises Broken where the last one stops in mid-object."""
    line = 1
    for batch in lines:
        rows = [(line + at, raw) for at, raw in enumerate(batch) if raw.strip()]
        line += len(batch)
        if lines.unterminated and not _is_whole(batch[-1]):
            yield rows[:-1]
            raise Broken(f"is cut off in the middle of line {line - 1}")
        yield rows


def refuse_depth(raw: bytes) -> None:
    """Refusal: brackets within brackets deeper than anybody's data. Looked at before anything is parsed."""
    if raw.count(b"{") + raw.count(b"[") <= DEPTH_MAX:
        return
    depth = 0
    for token in _BRACKET.finditer(raw):
        first = raw[token.start()]
        depth += (first in b"{[") - (first in b"}]")
        if depth > DEPTH_MAX:
            raise Refusal(Reason.TOO_DEEP, f"an object nests at most {DEPTH_MAX} levels")


def _is_whole(raw: bytes) -> bool:
    return raw.rstrip().endswith(b"}")


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(Reason.DUPLICATE_KEY, "an object has each key once", twice[:40])
    return found


def _no_constant(name: str) -> NoReturn:
    raise Refusal(Reason.BAD_NUMBER, f"{name} is not a JSON number")


def _text(value: object, field: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    raise Refusal(Reason.BAD_VALUE, "must be text or a number", field)


def _refuse_unwritable(value: str, field: str) -> None:
    """An escape can spell what no text may hold: half a character, or the NUL."""
    if "\0" in value or not _is_encodable(value):
        raise Refusal(Reason.BAD_VALUE, "holds neither NUL nor half of a character", field)


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
