"""A desk to be read: what was told went to the view and to the record, as in the product."""

from collections.abc import Sequence

from api.memory_view import MemoryView
from api.projector import Projector
from api.reads.sources import Sources
from api.record.place import Place
from api.record.record import open_record
from schemas.picture import Change
from schemas.times import HOUR, Instant
from tests.builders_push import epochs
from tests.builders_record import SATURDAY

AREA = "westminster"


class Told:
    """View and record of one area, and the desk's clock, in a place of a test's own."""

    def __init__(self, place: Place) -> None:
        self.now: Instant = SATURDAY + HOUR
        self.is_shown = True
        self.view = MemoryView(epochs())
        self._record = open_record(place)
        self._history = self._record.history(AREA)
        self._projector = Projector(AREA, view=self.view)
        self._flushes = 0

    def tell(self, *changes: Change) -> None:
        """To the record, and to every push topic, at once."""
        self._history.write(changes, self.now)
        self._projector.apply(changes)
        self._flushes += 1
        self._projector.flush(float(self._flushes))

    @property
    def sources(self) -> Sources:
        """What the reads are given."""
        return Sources(
            view=self.view,
            rewind=lambda: self._history.rewind,
            now=lambda: self.now,
            is_shown=lambda: self.is_shown,
        )

    def close(self) -> None:
        """Close the record."""
        self._record.close()


def tell_all(told: Told, changes: Sequence[Change], at_once: int = 7) -> None:
    """In batches, as a desk does."""
    for start in range(0, len(changes), at_once):
        told.tell(*changes[start : start + at_once])
