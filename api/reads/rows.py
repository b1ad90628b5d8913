"""Records as a reader sees them, with the order in which lists show them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from api.reads.sources import Asker
from api.view import Held
from schemas.audiences import redact
from schemas.picture import Kind, PictureRecord
from schemas.redacted import Redacted

_ORDERED_BY: Final = {Kind.INCIDENTS: "at", Kind.NIGHT: "night"}
NEWEST_FIRST: Final = frozenset(_ORDERED_BY)

Place = tuple[str, str]
"""Where a row stands in its list: what it is ordered by (a time or an evening; "" where only by key), and its key."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record, redacted: its fields, and the same as JSON."""

    place: Place
    fields: Redacted
    body: bytes


def encoded(value: object) -> bytes:
    """As JSON, the way the live socket writes it."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def shown_rows(kind: Kind, records: Iterable[tuple[str, PictureRecord]], asker: Asker) -> Iterator[Row]:
    """The records that a reader may see, redacted."""
    for key, record in records:
        fields = redact(kind, record, asker.audience)
        if fields is not None:
            yield Row(_place(kind, key, fields), fields, encoded(fields))


class LiveRows:
    """The rows of one topic and kind, taken apart once and kept until they change. For one thread."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._by_key: dict[str, Row] = {}
        self._rows: list[Row] = []
        self._version: tuple[str, int] | None = None

    def of(self, held: Held) -> list[Row]:
        """In the order of the list."""
        version = (held.epoch, held.seq)
        if version != self._version:
            self._by_key = {key: self._row(key, body) for key, body in held.records.items()}
            self._rows = in_order(self._kind, self._by_key.values())
            self._version = version
        return self._rows

    def _row(self, key: str, body: bytes) -> Row:
        known = self._by_key.get(key)
        if known is not None and known.body is body:
            return known
        fields: Redacted = orjson.loads(body)
        return Row(_place(self._kind, key, fields), fields, body)


def in_order(kind: Kind, rows: Iterable[Row]) -> list[Row]:
    """Incidents and nights newest first, others by key."""
    return sorted(rows, key=lambda row: row.place, reverse=kind in NEWEST_FIRST)


def _place(kind: Kind, key: str, fields: Redacted) -> Place:
    name = _ORDERED_BY.get(kind)
    return (str(fields.get(name, "")) if name else "", key)
