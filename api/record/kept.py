"""kept.db: words, dead letters, accounts and audit, which nothing can rebuild; damaged, it is refused, not replaced.

In PostgreSQL the same tables are a schema of their own.
"""

from dataclasses import dataclass

from api.record.place import Place
from api.record.schema import KEPT, open_store
from api.record.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """The open file or schema. Safe from any thread; each concern has one writer class (Words, Keys ...)."""

    store: Store

    def close(self) -> None:
        """Close it."""
        self.store.close()


def open_kept(place: Place) -> Kept:
    """Open it or make it. KeptDamaged says how to restore it; nothing here ever moves or replaces it."""
    return Kept(open_store(place, KEPT))
