"""Rolling windows: how many incidents of a group each place had in the last 15, 60 and 180 minutes, and tonight so far.

Counts are exact and decided on every event: an incident counts from the moment it is known until its time plus the span
has passed on the fold's clock, whatever the order in which it came. It counts once however many witnesses it has.
"""

from heapq import heappop, heappush
from typing import Final

from schemas.picture import Kind
from schemas.times import MINUTE, Instant
from streams.core.changes import Changes
from streams.core.incidents import Move, Placement

SPANS_MINUTES: Final = (15, 60, 180)
_SPANS: Final = tuple(minutes * MINUTE for minutes in SPANS_MINUTES)
_TONIGHT: Final = len(_SPANS)


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


Cells = tuple[tuple[Cell, ...], ...]
"""The windows of one place and group: for each span, and for the night so far, those of borough, ward and H3 cell."""


class Counted:
    """One incident as the windows count it: where, and which spans it still stands in."""

    __slots__ = ("cells", "inside", "placement")

    def __init__(self, placement: Placement, cells: Cells) -> None:
        self.placement = placement
        self.cells = cells
        self.inside = [False, False, False, False]


class Windows:
    """All windows. `cells` are those above zero, by key (`place/group/span`), as the picture spells it.

    Every window ever counted is remembered, so there are at most as many as the area has places and groups.
    """

    def __init__(self, borough: str, changes: Changes) -> None:
        self.cells: dict[str, Cell] = {}
        self.counted: dict[str, Counted] = {}
        self._borough = borough
        self._changes = changes
        self._ends: list[tuple[Instant, int, str]] = []
        self._known: dict[str, Cell] = {}
        self._cells: dict[tuple[str | None, str, str], Cells] = {}

    def apply(self, moves: list[Move], clock: Instant, tonight: str | None) -> None:
        """Count what arrived, and take back what moved or is no more."""
        for move in moves:
            before, after = move.before, move.after
            if before is not None and after is not None and _same_place(before, after):
                continue
            if before is not None:
                self._take_out(move.incident, clock)
            if after is not None:
                self._put_in(after, clock, tonight)

    def due(self) -> Instant | None:
        """When the next incident falls out of a window."""
        return self._ends[0][0] if self._ends else None

    def expire(self, now: Instant) -> None:
        """Let what is past its span fall out."""
        ends = self._ends
        while ends and ends[0][0] <= now:
            at, span, incident = heappop(ends)
            counted = self.counted.get(incident)
            if counted is None or not counted.inside[span] or counted.placement.at + _SPANS[span] != at:
                continue
            counted.inside[span] = False
            self._count(counted.cells[span], -1, at)
            self._drop_if_done(incident, counted)

    def close_night(self, now: Instant) -> None:
        """The night is over: its count goes, and every rolling window is told once more, without a night."""
        for incident, counted in list(self.counted.items()):
            if counted.inside[_TONIGHT]:
                counted.inside[_TONIGHT] = False
                self._count(counted.cells[_TONIGHT], -1, now)
                self._drop_if_done(incident, counted)
        self.retell(now)

    def open_night(self, now: Instant, night: str) -> None:
        """A night begins: incidents that were told before their night opened count in it."""
        for counted in self.counted.values():
            placed = counted.placement.night
            if placed is not None and placed.key == night and not counted.inside[_TONIGHT]:
                counted.inside[_TONIGHT] = True
                self._count(counted.cells[_TONIGHT], 1, now)
        self.retell(now)

    def of_night(self) -> list[tuple[str, int]]:
        """The night's count so far of every place and group."""
        return [(key, cell.count) for key, cell in self.cells.items() if cell.span is None]

    def retell(self, now: Instant) -> None:
        """What is usual has changed under every window: each is told again."""
        waiting = self._changes.wait(Kind.WINDOWS)
        for key, cell in self.cells.items():
            cell.ends_at = now
            waiting[key] = None

    def restore(
        self, placements: list[Placement], ends_at: dict[str, Instant], clock: Instant, night: str | None
    ) -> None:
        """Count again from a snapshot's incidents, and put back when each window last changed."""
        for placement in placements:
            self._put_in(placement, clock, night, silent=True)
        for key, cell in self.cells.items():
            cell.ends_at = ends_at[key]

    def _put_in(self, placement: Placement, clock: Instant, tonight: str | None, *, silent: bool = False) -> None:
        counted = Counted(placement, self._cells_of(placement))
        for span, length in enumerate(_SPANS):
            ends = placement.at + length
            if ends > clock:
                counted.inside[span] = True
                heappush(self._ends, (ends, span, placement.incident))
                self._count(counted.cells[span], 1, clock, silent=silent)
        if tonight is not None and placement.night is not None and placement.night.key == tonight:
            counted.inside[_TONIGHT] = True
            self._count(counted.cells[_TONIGHT], 1, clock, silent=silent)
        if True in counted.inside:
            self.counted[placement.incident] = counted

    def _take_out(self, incident: str, clock: Instant) -> None:
        counted = self.counted.pop(incident, None)
        if counted is None:
            return
        for span, inside in enumerate(counted.inside):
            if inside:
                self._count(counted.cells[span], -1, clock)

    def _drop_if_done(self, incident: str, counted: Counted) -> None:
        if True not in counted.inside:
            del self.counted[incident]

    def _count(self, cells: tuple[Cell, ...], by: int, now: Instant, *, silent: bool = False) -> None:
        waiting = {} if silent else self._changes.wait(Kind.WINDOWS)
        for cell in cells:
            if cell.count == 0:
                self.cells[cell.key] = cell
            cell.count += by
            cell.ends_at = now
            if cell.count == 0:
                del self.cells[cell.key]
            waiting[cell.key] = None

    def _cells_of(self, placement: Placement) -> Cells:
        """The windows of a placement; the same few, so remembered."""
        where = (placement.ward, placement.cell, placement.group)
        cells = self._cells.get(where)
        if cells is None:
            places = [place for place in (self._borough, placement.ward, placement.cell) if place is not None]
            cells = self._cells[where] = tuple(
                tuple(self._cell(place, placement.group, span) for place in places) for span in (*SPANS_MINUTES, None)
            )
        return cells

    def _cell(self, place: str, group: str, span: int | None) -> Cell:
        cell = Cell(place, group, span)
        return self._known.setdefault(cell.key, cell)


def _same_place(before: Placement, after: Placement) -> bool:
    return (
        before.at == after.at
        and before.cell == after.cell
        and before.ward == after.ward
        and before.group == after.group
        and before.night is after.night
    )
