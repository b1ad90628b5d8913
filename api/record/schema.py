"""Bring a store to the schema of this code: made at once when new, migrated when old, refused when newer.

Alembic costs most of a second to import, so it is imported only when there is something to migrate.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Column, MetaData, String, Table, insert, inspect, select

from api.record.errors import KeptDamaged, RecordDamaged, RecordError, RecordUnavailable
from api.record.history_table import HISTORY_METADATA
from api.record.kept_tables import KEPT_METADATA, audit
from api.record.place import Database, Place
from api.record.sqlite_store import SqliteStore
from api.record.store import BUSY_MS, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The migrations of one file or schema: their folder, their newest revision, and what they lead to.

    `damaged` is raised of a broken file; `erases`: what is deleted may not live on in free pages; `grows` is a column
    that grows with whatever changes who may come in.
    """

    folder: str
    head: str
    metadata: MetaData
    damaged: type[RecordError]
    erases: bool = False
    grows: Column[int] | None = None


HISTORY: Final = Chain(folder="history", head="history_3", metadata=HISTORY_METADATA, damaged=RecordDamaged)
KEPT: Final = Chain(
    folder="kept", head="kept_3", metadata=KEPT_METADATA, damaged=KeptDamaged, erases=True, grows=audit.c.id
)

_VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def open_store(place: Place, chain: Chain, busy_ms: int = BUSY_MS) -> Store:
    """Open or make what a chain lives in, at the schema of this code; RecordError, and nothing stays open, when not."""
    store = unmade_store(place, chain, busy_ms)
    try:
        bring_up_to_date(store, chain)
    except RecordError:
        store.close()
        raise
    return store


def bring_up_to_date(store: Store, chain: Chain) -> None:
    """Make, migrate or leave alone; RecordTooNew when it knows a revision that this code does not."""
    found = _version(store)
    if found == chain.head:
        return
    if found is None:
        _create(store, chain)
        return
    from api.record.migrate import upgrade  # noqa: PLC0415 - see the top of the file

    upgrade(store, chain, found)


def unmade_store(place: Place, chain: Chain, busy_ms: int = BUSY_MS) -> Store:
    """The store of a place as it is found: it may hold nothing yet, or another version's tables."""
    if isinstance(place, Path):
        return SqliteStore(place, chain.damaged, erases=chain.erases, busy_ms=busy_ms)
    return _postgres(place, chain, busy_ms)


def _postgres(place: Database, chain: Chain, busy_ms: int) -> Store:
    try:
        from api.record.postgres_store import PostgresStore  # noqa: PLC0415 - its driver is of the extra `kafka` alone
    except ImportError as error:
        why = f"needs PostgreSQL's driver ({error}): pip install 'nightdesk[kafka]'"
        raise RecordUnavailable(place, why) from error
    erased = tuple(chain.metadata.tables) if chain.erases else ()
    return PostgresStore(place, chain.folder, grows=chain.grows, erased=erased, busy_ms=busy_ms)


def _version(store: Store) -> str | None:
    with store.reading() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def _create(store: Store, chain: Chain) -> None:
    """What the migrations would end in, in one transaction; a test holds the two to be the same."""
    with store.migrating() as connection:
        if inspect(connection).has_table(_VERSION.name):
            return  # another process made it while we waited for the lock
        chain.metadata.create_all(connection)
        _VERSION.create(connection)
        connection.execute(insert(_VERSION).values(version_num=chain.head))
