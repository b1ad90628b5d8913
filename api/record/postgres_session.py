"""Sessions with PostgreSQL that never wait for ever: each answer has a deadline, each lock and pause a bound."""

from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import Buffer
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumper

from api.record.errors import RecordUnavailable
from api.record.place import Database

CONNECT_S: Final = 5
STANDS_STILL_MS: Final = 3_000
"""A transaction whose process sleeps (a paused machine) is ended after so long, so that its lock holds nobody up."""
_ANSWER_AFTER_S: Final = 1.0
"""How much longer than PostgreSQL itself we wait: it may be stopped, and then only we can give up."""
Row = TypeVar("Row")


class Session(psycopg.Connection[Any]):
    """A connection that is given up when an answer takes longer than `answer_s`."""

    answer_s: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's, with the deadline; a connection that missed it is closed, since its answer may still come."""
        limit = timeout if timeout is not None else self.answer_s
        try:
            return super().wait(gen, interval, limit)
        except psycopg.OperationalError as error:
            if timeout is None and error.sqlstate is None and not self.closed and limit is not None:
                self.pgconn.finish()
                raise psycopg.OperationalError(f"no answer within {limit:g} s") from error
            raise


def parameters_of(place: Database) -> dict[str, Any]:
    """The address as libpq's parameters; RecordUnavailable, without repeating it, when it is none."""
    try:
        found = conninfo_to_dict(place.url)
    except psycopg.ProgrammingError:
        raise RecordUnavailable(
            place, "has an address that cannot be read: check NIGHTDESK_RECORD, postgresql://user:password@host/name"
        ) from None
    return {"connect_timeout": CONNECT_S, "application_name": "nightdesk", **found}


def opened(parameters: dict[str, Any], schema: str, busy_ms: int | None) -> Session:
    """A new session in a schema. `busy_ms` None: statements and locks may take as long as they need."""
    session = Session.connect(**parameters, autocommit=True)
    session.adapters.register_dumper(str, _Text)
    try:
        if busy_ms is not None:
            session.answer_s = busy_ms / 1_000 + _ANSWER_AFTER_S
        limit = "0" if busy_ms is None else str(busy_ms)
        session.execute(_SET, {"schema": schema, "limit": limit, "still": str(STANDS_STILL_MS)})
        session.autocommit = False
    except BaseException:
        session.close()
        raise
    return session


class _Text(StrDumper):
    """Text for PostgreSQL, which has none with NUL in it: there it is the sign for what cannot be shown."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd"))


_SET: Final = """
    SELECT set_config('search_path', quote_ident(%(schema)s), false),
           set_config('statement_timeout', %(limit)s, false),
           set_config('lock_timeout', %(limit)s, false),
           set_config('idle_in_transaction_session_timeout', %(still)s, false),
           CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END
    """
