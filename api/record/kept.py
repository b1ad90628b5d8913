"""kept.db: words, dead letters, accounts and audit, which nothing can rebuild; damaged, it is refused, not replaced."""

from dataclasses import dataclass
from pathlib import Path

from api.record.schema import KEPT, open_store
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
    return Kept(open_store(path, KEPT))
