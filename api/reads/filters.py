"""What a list is narrowed to. Filters look only at what the reader is shown: one on a hidden field matches nothing."""

from dataclasses import dataclass, field
from typing import Final

from schemas.picture import Kind
from schemas.redacted import Redacted
from schemas.times import NEVER, Instant, rfc3339

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_TIME_OF: Final = {Kind.INCIDENTS: "at", Kind.NIGHT: "opens_at", Kind.WINDOWS: "ends_at"}
_END: Final = "~"
"""After every time as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`equal` are fields with the one value wanted; `source` is looked for in a list of them too.

    `since` and `until` are when it happened, or when a night opened: from, and up to but not including.
    """

    equal: tuple[tuple[str, str | int], ...] = ()
    source: str | None = None
    since: Instant = 0
    until: Instant = NEVER
    box: Box | None = None
    _between: tuple[str, str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Times as texts, which are in the order of the times."""
        if self.looks_back:
            end = _END if self.until == NEVER else rfc3339(self.until)
            object.__setattr__(self, "_between", (rfc3339(self.since), end))

    @property
    def looks_back(self) -> bool:
        """Whether a time was asked for, and with it what is over."""
        return self.since != 0 or self.until != NEVER

    def fits(self, kind: Kind, fields: Redacted) -> bool:
        """Whether a record as it is shown is one of those."""
        if any(fields.get(name) != value for name, value in self.equal):
            return False
        if self.source is not None and not _is_of(self.source, fields):
            return False
        if self._between is not None and not _is_within(self._between, fields.get(_TIME_OF.get(kind, ""))):
            return False
        return self.box is None or _is_in(self.box, fields)


def _is_of(source: str, fields: Redacted) -> bool:
    sources = fields.get("sources")
    return source in sources if isinstance(sources, (list, tuple)) else fields.get("source") == source


def _is_within(between: tuple[str, str], at: object) -> bool:
    return isinstance(at, str) and between[0] <= at < between[1]


def _is_in(box: Box, fields: Redacted) -> bool:
    lat, lon = fields.get("lat"), fields.get("lon")
    if not isinstance(lat, (int, float)) or not isinstance(lon, (int, float)):
        return False
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north
