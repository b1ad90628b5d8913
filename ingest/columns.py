"""A vendor's columns: which of its known shapes a header has, and where the columns that we read stand in it."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from ingest.lines import decoded
from ingest.outcomes import Broken, Refusal
from schemas.feeds import FeedRecord

Values = tuple[str, ...]
"""The values of one row in the order of its shape's columns, required then optional; absent ones are empty."""
Parse = Callable[[Values, bytes], FeedRecord | None]
"""A row's values and raw bytes to a record; None: of another borough. Raises Refusal."""

_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape of a vendor's rows: the columns it must have and those it may have."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are read, in the order of Values."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A shape, how a row of it is parsed, and what looks at a batch of rows before that, to convert them together."""

    shape: Shape
    parse: Parse
    look_ahead: Callable[[Sequence[Values]], None] | None = None


Row = tuple[int, bytes, Layout, Values | Refusal]
"""The line on which a row begins, its bytes, its layout, and its values or why it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a CSV header says: its layout, the delimiter, how many fields a row has, how to pick a shape's values.

    `pick` takes a row's fields with one empty string after them, which stands for every absent column.
    `canonical` is the header with our own names in place of mapped ones.
    """

    layout: Layout
    delimiter: str
    width: int
    pick: Callable[[Sequence[str]], Values]
    canonical: bytes


def read_header(raw: bytes, layouts: Sequence[Layout], columns: Mapping[str, str]) -> Header:
    """The layout that a header line has. Broken: it has none, lacks a column, or has one twice."""
    text = decoded(raw)
    best: tuple[int, Layout, str, list[str]] | None = None
    for delimiter in _DELIMITERS:
        written = [name.strip() for name in fields_of(text, delimiter)]
        for layout in layouts:
            names = _canonical(written, columns, layout.shape)
            found = sum(name in names for name in layout.shape.required)
            if found == len(layout.shape.required):
                return _header(layout, delimiter, names)
            if found and (best is None or found > best[0]):
                best = (found, layout, delimiter, names)
    if best is None or best[0] < 2:
        raise Broken(f"has an unknown header; expected {_expected(layouts)}")
    _, layout, _, names = best
    missing = [columns.get(name, name) for name in layout.shape.required if name not in names]
    raise Broken(f"has no column {', '.join(missing)}, which {layout.shape.name} must have")


def check_columns(columns: Mapping[str, str], layouts: Sequence[Layout]) -> None:
    """Refuse a column map that names what the source does not read."""
    known = list(dict.fromkeys(name for layout in layouts for name in layout.shape.columns))
    for name in columns:
        if name not in known:
            raise Broken(f"is read with a column map that names {name!r}, which is not one of {', '.join(known)}")


def _header(layout: Layout, delimiter: str, names: list[str]) -> Header:
    twice = [name for name in layout.shape.columns if names.count(name) > 1]
    if twice:
        raise Broken(f"has the column {', '.join(twice)} more than once, so that its values are not certain")
    absent = len(names)
    indexes = [names.index(name) if name in names else absent for name in layout.shape.columns]
    return Header(
        layout=layout,
        delimiter=delimiter,
        width=len(names),
        pick=itemgetter(*indexes),
        canonical=write_row(names, delimiter),
    )


def fields_of(text: str, delimiter: str) -> list[str]:
    """The fields of one CSV row, which may go over lines, read with forbearance; none of what is no row at all."""
    lines = (line + "\n" for line in text.split("\n"))
    try:
        return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def write_row(fields: Sequence[str], delimiter: str) -> bytes:
    """One CSV row as bytes, without a line end."""
    return delimiter.join(_quoted(field, delimiter) for field in fields).encode()


def _quoted(field: str, delimiter: str) -> str:
    if delimiter in field or '"' in field or "\n" in field:
        return '"' + field.replace('"', '""') + '"'
    return field


def _canonical(names: list[str], columns: Mapping[str, str], shape: Shape) -> list[str]:
    """Our own spelling of each column, whatever its case; a column that a mapped one takes the name of steps aside."""
    known = {name.casefold(): name for name in shape.columns}
    mapped = {vendor.strip().casefold(): name for name, vendor in columns.items()}
    return [_canonical_name(name, mapped, known) for name in names]


def _canonical_name(name: str, mapped: Mapping[str, str], known: Mapping[str, str]) -> str:
    folded = name.casefold()
    if folded in mapped:
        return mapped[folded]
    ours = known.get(folded, name)
    return f"{name} (not mapped)" if ours in mapped.values() else ours


def _expected(layouts: Sequence[Layout]) -> str:
    return " or ".join(f"{layout.shape.name} ({', '.join(layout.shape.required)})" for layout in layouts)
