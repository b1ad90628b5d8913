"""What a record is kept in: transactions for many threads and, in PostgreSQL, many processes; errors by name."""

from contextlib import AbstractContextManager
from typing import Final, Protocol

from sqlalchemy import Connection

from api.record.place import Place

BUSY_MS: Final = 5_000
"""How long anybody waits for a lock, a free connection or, of PostgreSQL, an answer."""
CONNECTIONS_KEPT: Final = 8
"""As many stay open; more are closed after use, so that many processes leave a server room for each other."""
CONNECTIONS_MAX: Final = 16
"""A thread that finds all connections taken waits for one as long as for a lock, then fails."""


class Store(Protocol):
    """An open file, or one chain of tables of a database. Safe from any thread; all of it raises RecordError."""

    @property
    def place(self) -> Place:
        """Where it lies."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One read transaction: every statement in it sees the same state."""

    def looking(self) -> AbstractContextManager[Connection]:
        """For one read alone, which needs no transaction around it."""

    def writing(self, what: str = "") -> AbstractContextManager[Connection]:
        """One write transaction: all or none, on the disk when it returns; nobody writes the same `what` meanwhile."""

    def migrating(self) -> AbstractContextManager[Connection]:
        """One write transaction beside which nobody else migrates, and which may take its time."""

    def check(self) -> None:
        """Read what tells whether it is whole, and raise the damage error when it is not."""

    def version(self) -> int:
        """A number that changes soon after anybody, in any process, changed who may come in. It never waits."""

    def forget_erased(self) -> None:
        """See that what was erased does not live on beside the tables; RecordUnavailable: not yet."""

    def close(self) -> None:
        """Close every connection that is not in use; the next use opens it again."""
