"""One chain of tables in a PostgreSQL schema, written by any number of processes, one transaction at a time each."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Column, Connection, Engine, NullPool, QueuePool, create_engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateSchema

from api.record.place import Database
from api.record.postgres_errors import translated
from api.record.postgres_session import opened, parameters_of
from api.record.postgres_watch import Watch
from api.record.store import BUSY_MS, CONNECTIONS_KEPT, CONNECTIONS_MAX

TRUSTED_S: Final = 1.0
"""A connection that was used so lately is not asked first whether it still lives."""
_USED_AT: Final = "used_at"
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")


class PostgresStore:
    """See Store. `grows` is a column that grows with whatever changes who may come in; `erased` the tables to vacuum.

    Writers of the same thing wait for each other, so that what one reads before it writes is still so: SQLite's way.
    """

    def __init__(
        self,
        place: Database,
        chain: str,
        *,
        grows: Column[int] | None = None,
        erased: tuple[str, ...] = (),
        busy_ms: int = BUSY_MS,
    ) -> None:
        self.place = place
        self.schema = place.schema(chain)
        parameters = parameters_of(place)
        self._writers = _engine(parameters, self.schema, busy_ms)
        self._readers = self._writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._lookers = self._writers.execution_options(isolation_level="AUTOCOMMIT")
        self._patient = create_engine(
            "postgresql+psycopg://", creator=lambda: opened(parameters, self.schema, None), poolclass=NullPool
        )
        self._erased = erased
        self._written = 0
        newest = None if grows is None else select(func.coalesce(func.max(grows), 0))
        self._watch = Watch(lambda: opened(parameters, self.schema, busy_ms), newest)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See Store."""
        with translated(self.place), self._readers.connect() as connection:
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """See Store."""
        with translated(self.place), self._lookers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, what: str = "") -> Iterator[Connection]:
        """See Store."""
        with translated(self.place), self._writers.begin() as connection:
            connection.execute(_ALONE, {"what": f"{self.schema} {what}"})
            yield connection
        self._written += 1

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """See Store; the schema is made where there is none."""
        with translated(self.place), self._patient.begin() as connection:
            connection.execute(_ALONE, {"what": f"{self.schema} migrating"})
            if not connection.dialect.has_schema(connection, self.schema):
                connection.execute(CreateSchema(self.schema))
            yield connection

    def check(self) -> None:
        """See Store; whether its pages are whole is for PostgreSQL's own checksums and pg_amcheck."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def version(self) -> int:
        """See Store: our own writes at once, those of others within a tenth of a second."""
        return self._written + self._watch.seen()

    def forget_erased(self) -> None:
        """See Store: dead rows are taken out of the tables that people's words were erased from."""
        if not self._erased:
            return
        with translated(self.place), self._patient.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.exec_driver_sql(f"VACUUM {', '.join(self._erased)}")

    def close(self) -> None:
        """See Store."""
        self._watch.stop()
        self._writers.dispose()


def _engine(parameters: dict[str, Any], schema: str, busy_ms: int) -> Engine:
    """Connections are kept: to open one costs PostgreSQL a process."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: opened(parameters, schema, busy_ms),
        poolclass=QueuePool,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_MAX - CONNECTIONS_KEPT,
        pool_timeout=busy_ms / 1_000,
        pool_use_lifo=True,
        hide_parameters=True,  # they may be what somebody said
    )

    @event.listens_for(engine, "checkin")
    def _note(_session: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask_whether_it_lives(session: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None or time.monotonic() - used_at < TRUSTED_S:
            return
        try:
            engine.dialect.do_ping(session)
        except psycopg.Error as error:
            raise InvalidatePoolError from error

    return engine
