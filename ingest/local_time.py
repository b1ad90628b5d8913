"""Vendors' times to instants: with an offset as it says, without one on the area's wall clock, clock changes included.

In the hour that comes twice a time without an offset is settled by the vendor's own order: one that goes back by more
than half an hour begins the second pass. Else it is the first, flagged. In the hour that never comes it is refused.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from ingest.outcomes import Refusal
from schemas.dead_letters import Reason
from schemas.times import HOUR, MINUTE, Instant, zone

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH: Final = _EPOCH.replace(tzinfo=None)
"""The wall clock's own zero."""
_MS: Final = timedelta(milliseconds=1)
_EARLIEST: Final = (datetime(1990, 1, 1, tzinfo=UTC) - _EPOCH) // _MS
_LATEST: Final = (datetime(2100, 1, 1, tzinfo=UTC) - _EPOCH) // _MS
_BACK_BY: Final = 30 * MINUTE
_HOURS_MAX: Final = 20_000
_RULE: Final = "must be a time such as 2026-05-16 23:10:07, 16/05/2026 23:10 or 2026-05-16T23:10:07+01:00"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/. -](\d{1,2}|[A-Za-z]{3})[/. -](\d{4})", re.ASCII)

Told = tuple[Instant, bool]
"""An instant, and whether it was ambiguous and taken for the first of two."""


class LocalClock:
    """The wall clock of one area, read for one stream in its own order."""

    def __init__(self, time_zone: str) -> None:
        self._name = time_zone
        self._zone = zone(time_zone)
        self._offsets: dict[int, int | None] = {}
        self._last_local = 0
        self._last_was_second = False

    def ordered(self, text: str, field: str) -> Told:
        """The instant of a time by which the vendor's rows are ordered."""
        return self._told(text, field, in_order=True)

    def free(self, text: str, field: str) -> Told:
        """The instant of a time that no order settles, such as when something is said to have happened."""
        return self._told(text, field, in_order=False)

    def _told(self, text: str, field: str, *, in_order: bool) -> Told:
        moment = _moment(text, field)
        if moment.tzinfo is not None:
            return _bounded((moment - _EPOCH) // _MS, text, field), False
        local = _bounded((moment - _LOCAL_EPOCH) // _MS, text, field)
        offset = self._offset(local)
        told = self._odd(local, text, field, in_order=in_order) if offset is None else (local - offset, False)
        if in_order:
            self._last_local = local
        return told

    def _offset(self, local: int) -> int | None:
        """Milliseconds ahead of UTC all through a local hour; None where its clocks change."""
        hour = local // HOUR
        try:
            return self._offsets[hour]
        except KeyError:
            pass
        if len(self._offsets) >= _HOURS_MAX:
            self._offsets.clear()
        offsets = {self._offset_at(at, fold) for at in (hour * HOUR, hour * HOUR + HOUR - 1) for fold in (0, 1)}
        offset = self._offsets[hour] = offsets.pop() if len(offsets) == 1 else None
        return offset

    def _offset_at(self, local: int, fold: int) -> int:
        moment = (_LOCAL_EPOCH + timedelta(milliseconds=local)).replace(tzinfo=self._zone, fold=fold)
        offset = moment.utcoffset()
        return 0 if offset is None else offset // _MS

    def _odd(self, local: int, text: str, field: str, *, in_order: bool) -> Told:
        """A time of an hour in which clocks change."""
        before, after = self._offset_at(local, 0), self._offset_at(local, 1)
        if before == after:
            return local - before, False
        if before < after:
            rule = f"never was on a clock in {self._name}: clocks went forward over it"
            raise Refusal(Reason.NOT_LOCAL_TIME, rule, field, text)
        if in_order and self._is_second(local):
            self._last_was_second = True
            return local - after, False
        if in_order:
            self._last_was_second = False
        return local - before, True

    def _is_second(self, local: int) -> bool:
        last = self._last_local
        if abs(last - local) > HOUR or self._offset_at(last, 0) <= self._offset_at(last, 1):
            return False
        return last > local + _BACK_BY or self._last_was_second


def iso_date(text: str, field: str) -> str:
    """`2009-01-01` of a date written so, as `01 Jan 2009` or as `01/01/2009`, with or without a time after it."""
    text = text.strip()
    if text[4:5] == "-":
        return text[:10]
    found = _DAY_FIRST.match(text)
    if found is None:
        raise Refusal(Reason.BAD_TIME, "must be a date such as 2026-05-16, 16/05/2026 or 16 May 2026", field, text)
    day, month, year = found.groups()
    if month[0].isalpha():
        if month.lower() not in _MONTHS:
            raise Refusal(Reason.BAD_TIME, "must name a month", field, text)
        month = str(_MONTHS.index(month.lower()) + 1)
    return f"{year}-{month:0>2}-{day:0>2}"


def _moment(text: str, field: str) -> datetime:
    try:
        if text[4] == "-" and text[7] == "-" and text[10] in " T" and text[13] == ":":
            return datetime.fromisoformat(text)
        if text[2] == "/" and text[5] == "/" and text[13] == ":":
            return datetime.fromisoformat(f"{text[6:10]}-{text[3:5]}-{text[:2]}{text[10:]}")
    except (IndexError, ValueError):
        pass
    return _moment_otherwise(text.strip(), field)


def _moment_otherwise(text: str, field: str) -> datetime:
    """Day-first dates, a clock with one digit for the hour, and white space."""
    if not text:
        raise Refusal(Reason.MISSING_VALUE, "must not be empty", field)
    try:
        day, clock = (text[:10], text[10:]) if text[4:8:3] == "--" else _day_and_clock(text, field)
        clock = clock.lstrip(" T")
        if len(clock) < 4:
            raise ValueError(text)
        return datetime.fromisoformat(f"{day} {'0' + clock if clock[1] == ':' else clock}")
    except ValueError:
        raise Refusal(Reason.BAD_TIME, _RULE, field, text) from None


def _day_and_clock(text: str, field: str) -> tuple[str, str]:
    found = _DAY_FIRST.match(text)
    if found is None:
        raise ValueError(text)
    return iso_date(text, field), text[found.end() :]


def _bounded(at: Instant, text: str, field: str) -> Instant:
    if not _EARLIEST <= at <= _LATEST:
        raise Refusal(Reason.BAD_TIME, "lies between the years 1990 and 2100", field, text)
    return at
