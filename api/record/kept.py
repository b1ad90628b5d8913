"""kept.db: words, dead letters, accounts and audit, which nothing can rebuild; damaged, it is refused, not replaced."""

from dataclasses import dataclass
from pathlib import Path

from api.record.errors import KeptDamaged, RecordError
from api.record.schema import KEPT, bring_up_to_date
from api.record.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """The open file. Safe from any thread; each concern has one writer class (Words, DeadLetters, Keys ...)."""

    store: Store

    def close(self) -> None:
        """Close the file."""
        self.store.close()


def open_kept(path: Path) -> Kept:
    """Open or make kept.db. KeptDamaged says how to restore it; nothing here ever moves or replaces it."""
    store = Store(path, KeptDamaged, erases=True)
    try:
        bring_up_to_date(store, KEPT)
    except RecordError:
        store.close()
        raise
    return Kept(store)
