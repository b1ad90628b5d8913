"""Rolling windows: how many incidents of a group each place had in the last 15, 60 and 180 minutes, and tonight so far.

Counts are exact and decided on every event: an incident counts from the moment it is known until its time plus the span
has passed on the fold's clock, whatever the order in which it came. It counts once however many witnesses it has.
"""

from heapq import heappop, heappush, heapreplace
from typing import Final

from schemas.picture import Kind
from schemas.times import MINUTE, NEVER, Instant
from streams.core.changes import Changes
from streams.core.placements import Placement

SPANS_MINUTES: Final = (15, 60, 180)
_SPANS: Final = tuple(minutes * MINUTE for minutes in SPANS_MINUTES)
_TONIGHT: Final = len(_SPANS)
_ALL: Final = _TONIGHT + 1


class Cell:
    """One window's count. `span` None is the night so far; `ends_at` is when the count last changed."""

    __slots__ = ("count", "ends_at", "group", "key", "place", "span")

    def __init__(self, place: str, group: str, span: int | None) -> None:
        self.key = f"{place}/{group}/{'night' if span is None else span}"
        self.place = place
        self.group = group
        self.span = span
        self.count = 0
        self.ends_at: Instant = 0


class Cells:
    """The windows of one place and group, of borough, ward and H3 cell: three spans, then the night so far.

    They stand in one row, so that the windows an incident stands in, or falls out of, are one stretch of it.
    """

    __slots__ = ("keys", "row", "width")

    def __init__(self, row: tuple[Cell, ...], width: int) -> None:
        self.row = row
        self.keys = tuple(cell.key for cell in row)
        self.width = width


class Counted:
    """One incident as the windows count it: it stands in every span from number `span` on, and perhaps in tonight.

    `ends_at` is when it falls out of that span; NEVER when it stands in none.
    """

    __slots__ = ("at", "cells", "ends_at", "incident", "night", "span", "tonight")

    def __init__(self, placement: Placement, cells: Cells, span: int) -> None:
        self.incident = placement.incident
        self.at = placement.at
        self.night = placement.night
        self.cells = cells
        self.span = span
        self.ends_at: Instant = NEVER
        self.tonight = False


class Windows:
    """All windows. `cells` are those above zero, by key (`place/group/span`), as the picture spells it.

    Every window ever counted is remembered, so there are at most as many as the area has places and groups.
    """

    def __init__(self, borough: str, changes: Changes) -> None:
        self.cells: dict[str, Cell] = {}
        self.counted: dict[str, Counted] = {}
        self._borough = borough
        self._changes = changes
        self._ends: list[tuple[Instant, int, Counted]] = []
        self._pushed = 0
        self._known: dict[str, Cell] = {}
        self._cells: dict[tuple[str | None, str, str], Cells] = {}

    def move(self, before: Placement | None, after: Placement | None, clock: Instant, tonight: str | None) -> None:
        """Count an incident where it now stands, and no longer where it stood."""
        if before is not None:
            self._take_out(before.incident, clock)
        if after is not None:
            self._put_in(after, clock, tonight)

    def expire(self, until: Instant) -> None:
        """Let what is past its span fall out, each incident at its own instant."""
        ends = self._ends
        while ends and ends[0][0] <= until:
            at, _, counted = ends[0]
            if counted.ends_at != at:
                heappop(ends)  # it moved, or is no more
                continue
            self._changes.at(at)
            span = counted.span
            self._less(counted.cells, span, span + 1, at)
            counted.span = span = span + 1
            if span < _TONIGHT:
                counted.ends_at = at = counted.at + _SPANS[span]
                self._pushed += 1
                heapreplace(ends, (at, self._pushed, counted))
                continue
            heappop(ends)
            counted.ends_at = NEVER
            if not counted.tonight:
                del self.counted[counted.incident]

    def close_night(self, now: Instant) -> None:
        """The night is over: its count goes, and every rolling window is told once more, without a night."""
        for incident, counted in list(self.counted.items()):
            if counted.tonight:
                counted.tonight = False
                self._less(counted.cells, _TONIGHT, _ALL, now)
                if counted.span == _TONIGHT:
                    del self.counted[incident]
        self.retell(now)

    def open_night(self, now: Instant, night: str) -> None:
        """A night begins: incidents that were told before their night opened count in it."""
        for counted in self.counted.values():
            if counted.night is not None and counted.night.key == night and not counted.tonight:
                counted.tonight = True
                self._more(counted.cells, _TONIGHT, _ALL, now)
        self.retell(now)

    def of_night(self) -> list[tuple[str, int]]:
        """The night's count so far of every place and group."""
        return [(key, cell.count) for key, cell in self.cells.items() if cell.span is None]

    def retell(self, now: Instant) -> None:
        """What is usual has changed under every window: each is told again."""
        for cell in self.cells.values():
            cell.ends_at = now
        self._changes.all_later(Kind.WINDOWS, list(self.cells))

    def restore(
        self, placements: list[Placement], ends_at: dict[str, Instant], clock: Instant, night: str | None
    ) -> None:
        """Count again from a snapshot's incidents, and put back when each window last changed."""
        for placement in placements:
            self._put_in(placement, clock, night)
        for key, cell in self.cells.items():
            cell.ends_at = ends_at[key]

    def _put_in(self, placement: Placement, clock: Instant, tonight: str | None) -> None:
        at, night = placement.at, placement.night
        cells, span = self._cells_of(placement), 0
        while span < _TONIGHT and at + _SPANS[span] <= clock:
            span += 1
        counted = Counted(placement, cells, span)
        counted.tonight = night is not None and night.key == tonight
        if span < _TONIGHT:
            counted.ends_at = at + _SPANS[span]
            self._pushed += 1  # so that of two ends at one instant neither incident is compared
            heappush(self._ends, (counted.ends_at, self._pushed, counted))
        elif not counted.tonight:
            return
        self.counted[placement.incident] = counted
        self._more(cells, span, _ALL if counted.tonight else _TONIGHT, clock)

    def _take_out(self, incident: str, clock: Instant) -> None:
        counted = self.counted.pop(incident, None)
        if counted is not None:
            counted.ends_at = NEVER
            self._less(counted.cells, counted.span, _ALL if counted.tonight else _TONIGHT, clock)

    def _more(self, cells: Cells, first: int, end: int, now: Instant) -> None:
        """One incident more in the spans from `first` to before `end`, of which tonight is the last."""
        start, stop = first * cells.width, end * cells.width
        for cell in cells.row[start:stop]:
            if not cell.count:
                self.cells[cell.key] = cell
                self._changes.ended.discard(cell.key)
            cell.count += 1
            cell.ends_at = now
        self._changes.all_later(Kind.WINDOWS, cells.keys, start, stop)

    def _less(self, cells: Cells, first: int, end: int, now: Instant) -> None:
        start, stop = first * cells.width, end * cells.width
        for cell in cells.row[start:stop]:
            cell.count -= 1
            cell.ends_at = now
            if not cell.count:
                del self.cells[cell.key]
                self._changes.ended.add(cell.key)
        self._changes.all_later(Kind.WINDOWS, cells.keys, start, stop)

    def _cells_of(self, placement: Placement) -> Cells:
        """The windows of a placement; the same few, so remembered."""
        where = (placement.ward, placement.cell, placement.group)
        cells = self._cells.get(where)
        if cells is None:
            places = [place for place in (self._borough, placement.ward, placement.cell) if place is not None]
            row = tuple(self._cell(place, placement.group, s) for s in (*SPANS_MINUTES, None) for place in places)
            cells = self._cells[where] = Cells(row, len(places))
        return cells

    def _cell(self, place: str, group: str, span: int | None) -> Cell:
        cell = Cell(place, group, span)
        return self._known.setdefault(cell.key, cell)
