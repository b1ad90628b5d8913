"""One chain of tables in a PostgreSQL schema, written by any number of processes, one transaction at a time each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Column, Connection, Engine, NullPool, QueuePool, create_engine, func, select, text
from sqlalchemy.schema import CreateSchema

from api.record.place import Database
from api.record.postgres_errors import translated
from api.record.postgres_session import opened, parameters_of
from api.record.postgres_watch import Watch
from api.record.store import BUSY_MS, CONNECTIONS_MAX

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
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: opened(parameters, schema, busy_ms),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=CONNECTIONS_MAX - 4,
        pool_timeout=busy_ms / 1_000,
        pool_pre_ping=True,
        hide_parameters=True,  # they may be what somebody said
    )
