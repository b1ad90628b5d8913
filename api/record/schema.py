"""Bring a file to the schema of this code: made at once when new, migrated when old, refused when newer.

Alembic costs most of a second to import, so it is imported only when there is something to migrate.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Column, MetaData, String, Table, insert, inspect, select

from api.record.errors import KeptDamaged, RecordDamaged, RecordError
from api.record.history_table import HISTORY_METADATA
from api.record.kept_tables import KEPT_METADATA
from api.record.store import BUSY_MS, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The migrations of one file: their folder under migrations/, their newest revision, and what they lead to.

    `damaged` is raised of a broken file; `erases`: what is deleted may not live on in free pages.
    """

    folder: str
    head: str
    metadata: MetaData
    damaged: type[RecordError]
    erases: bool = False


HISTORY: Final = Chain(folder="history", head="history_2", metadata=HISTORY_METADATA, damaged=RecordDamaged)
KEPT: Final = Chain(folder="kept", head="kept_3", metadata=KEPT_METADATA, damaged=KeptDamaged, erases=True)

_VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def open_store(path: Path, chain: Chain, busy_ms: int = BUSY_MS) -> Store:
    """Open or make the file of a chain, at the schema of this code; RecordError, and nothing stays open, when not."""
    store = Store(path, chain.damaged, erases=chain.erases, busy_ms=busy_ms)
    try:
        bring_up_to_date(store, chain)
    except RecordError:
        store.close()
        raise
    return store


def bring_up_to_date(store: Store, chain: Chain) -> None:
    """Make, migrate or leave alone; RecordTooNew when the file knows a revision that this code does not."""
    found = _version(store)
    if found == chain.head:
        return
    if found is None:
        _create(store, chain)
        return
    from api.record.migrate import upgrade  # noqa: PLC0415 - see the top of the file

    upgrade(store, chain, found)


def _version(store: Store) -> str | None:
    with store.reading() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def _create(store: Store, chain: Chain) -> None:
    """What the migrations would end in, in one transaction; a test holds the two to be the same."""
    with store.writing() as connection:
        if inspect(connection).has_table(_VERSION.name):
            return  # another process made it while we waited for the lock
        chain.metadata.create_all(connection)
        _VERSION.create(connection)
        connection.execute(insert(_VERSION).values(version_num=chain.head))
