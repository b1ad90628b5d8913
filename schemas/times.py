"""Instants: whole milliseconds of UTC since 1970, and their RFC 3339 form at the edges."""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

Instant = int
"""Milliseconds since 1970-01-01T00:00:00Z."""

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
NEVER: Final = 2**62
"""After every instant."""

_MOMENTS_MAX: Final = 4_096
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant(moment: datetime) -> Instant:
    """The instant of an aware datetime; a naive one has no place in time and is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset from UTC")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


@lru_cache(maxsize=_MOMENTS_MAX)
def moment(at: Instant) -> datetime:
    """The UTC datetime of an instant; remembered, since a dozen windows at a time end at the same one."""
    return _EPOCH + timedelta(milliseconds=at)


def rfc3339(at: Instant) -> str:
    """`2026-05-16T22:42:07.000Z`: always UTC, always milliseconds, so that text order is time order."""
    return moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_rfc3339(text: str) -> Instant:
    """The instant of an RFC 3339 text with an offset or Z; ValueError names the text otherwise."""
    return instant(datetime.fromisoformat(text))


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by IANA name, read from the pinned tzdata, so that every machine computes the same nights."""
    folder, _, leaf = f"zoneinfo/{name}".rpartition("/")
    try:
        with resources.files("tzdata").joinpath(folder, leaf).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise ValueError(f"{name!r} is not a time zone of the IANA database") from error
