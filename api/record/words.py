"""Free text, kept apart from everything else so that it can be erased; the rest of Nightdesk holds references only."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from sqlalchemy import Connection, select, update

from api.record.dialects import insert
from api.record.kept import Kept
from api.record.kept_tables import words
from schemas.times import Instant

PENDING_MAX: Final = 500
"""Words that wait for `commit`; the one that fills it commits by itself."""


class Words:
    """The words port. Idempotent per reference; what was erased does not come back when its feed is read again.

    With `grouped`, words wait in memory for `commit`, which their reader calls before it appends the entries that
    name them: killed before that, neither stands. Without it every `keep` is on the disk when it returns.
    """

    def __init__(self, kept: Kept, clock: Callable[[], Instant], *, grouped: bool = False) -> None:
        self._store = kept.store
        self._clock = clock
        self._room = PENDING_MAX if grouped else 1
        self._pending: dict[str, tuple[str, str, Instant]] = {}
        self._lock = Lock()

    def keep(self, ref: str, owner: str, text: str) -> None:
        """Keep what `owner` (a venue or team) wrote under `ref`; a second time changes nothing."""
        with self._lock:
            self._pending.setdefault(ref, (owner, _storable(text), self._clock()))
            if len(self._pending) >= self._room:
                self._write_pending()

    def commit(self) -> None:
        """Put on the disk what waits."""
        with self._lock:
            self._write_pending()

    def text(self, ref: str) -> str | None:
        """The words of a reference; None when there are none or they were erased."""
        self.commit()
        with self._store.reading() as connection:
            return connection.execute(select(words.c.text).where(words.c.ref == ref)).scalar_one_or_none()

    def erase(self, ref: str) -> bool:
        """Erase the words of a reference for good, log and free pages included; False when there were none."""
        self.commit()
        gone = update(words).where(words.c.ref == ref, words.c.text.is_not(None))
        with self._store.writing() as connection:
            erased = connection.execute(gone.values(text=None, erased_at=self._clock())).rowcount
        self._store.forget_erased()
        return erased == 1

    def _write_pending(self) -> None:
        if not self._pending:
            return
        rows = [
            {"ref": ref, "owner": owner, "text": text, "kept_at": at}
            for ref, (owner, text, at) in self._pending.items()
        ]
        with self._store.writing() as connection:
            connection.execute(insert(words).on_conflict_do_nothing(), rows)
        self._pending.clear()


_KEEP: Final = insert(words).on_conflict_do_nothing()


def keep_words(connection: Connection, said: Mapping[str, tuple[str, str]], at: Instant) -> None:
    """Keep (owner, text) by reference, in the transaction of what names them; a second time changes nothing."""
    if said:
        rows = [
            {"ref": ref, "owner": owner, "text": _storable(text), "kept_at": at} for ref, (owner, text) in said.items()
        ]
        connection.execute(_KEEP, rows)


def are_other_words(connection: Connection, ref: str | None, text: str | None) -> bool:
    """Whether these are known not to be the words of a reference: of erased ones nobody can tell."""
    if ref is None or text is None:
        return (ref is None) is not (text is None)
    kept = connection.execute(select(words.c.text).where(words.c.ref == ref)).scalar_one_or_none()
    return kept is not None and kept != _storable(text)


def _storable(text: str) -> str:
    """PostgreSQL has no text with NUL in it: there it is the sign for what cannot be shown."""
    return text.replace("\0", "\ufffd")
