"""The schema: made whole, migrated to the same thing, left alone when current, refused when newer."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.auth.audit import Action, newest_lines
from api.auth.keys import Keys
from api.auth.sessions import Sessions
from api.auth.tokens import hashed
from api.record.errors import RecordDamaged, RecordTooNew
from api.record.kept import open_kept
from api.record.migrate import configured, upgrade
from api.record.record import open_record
from api.record.schema import HISTORY, KEPT, Chain, bring_up_to_date
from api.record.store import Store
from schemas.audiences import Role

CHAINS = pytest.mark.parametrize("chain", [HISTORY, KEPT], ids=lambda chain: str(chain.folder))


def _schema(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every object of a file: columns for tables, SQL for triggers, columns for indexes."""
    connection = sqlite3.connect(path)
    named = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    schema: dict[str, list[tuple[object, ...]]] = {}
    for kind, name, sql in named:
        if kind == "trigger":
            schema[name] = [(sql,)]
        elif name != "alembic_version":
            schema[name] = connection.execute(f"PRAGMA {kind}_info('{name}')").fetchall()
    connection.close()
    return schema


@CHAINS
def test_migrating_an_empty_file_gives_what_making_a_new_one_gives(chain: Chain, tmp_path: Path) -> None:
    made, migrated = Store(tmp_path / "made", RecordDamaged), Store(tmp_path / "migrated", RecordDamaged)
    bring_up_to_date(made, chain)
    upgrade(migrated, chain, None)
    bring_up_to_date(migrated, chain)
    made.close()
    migrated.close()
    assert _schema(tmp_path / "made") == _schema(tmp_path / "migrated")
    assert len(_schema(tmp_path / "made")) >= len(chain.metadata.tables)


@CHAINS
def test_the_migrations_lead_to_the_tables_of_the_code(chain: Chain, tmp_path: Path) -> None:
    store = Store(tmp_path / "file", RecordDamaged)
    upgrade(store, chain, None)
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), chain.metadata) == []
    store.close()


@CHAINS
def test_the_newest_revision_is_the_one_the_code_asks_for(chain: Chain) -> None:
    assert ScriptDirectory.from_config(configured(chain)).get_heads() == [chain.head]


def test_accounts_of_the_first_schema_are_still_good_after_migrating(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept.db", RecordDamaged)
    config = configured(KEPT)
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "kept_1")
        key = "INSERT INTO keys (hash, role, created_at) VALUES (?, 'group', 1)"
        connection.exec_driver_sql(key, (hashed("nd_a"),))
        columns = "hash, role, key_id, created_at, expires_at"
        connection.exec_driver_sql(f"INSERT INTO sessions ({columns}) VALUES (?, 'group', 1, 1, 9)", (hashed("s"),))
        connection.exec_driver_sql("INSERT INTO audit (at, action, role) VALUES (1, 'key_added', 'group')")
    store.close()
    kept = open_kept(tmp_path / "kept.db")
    assert Keys(kept, bytes).find("nd_a") is not None
    session = Sessions(kept, bytes).find("s", 8)
    assert session is not None
    assert (session.grant.role, session.name) == (Role.GROUP, None)
    assert [(line.action, line.who) for line in newest_lines(kept)] == [(Action.KEY_ADDED, None)]
    kept.close()


def test_a_file_of_a_newer_nightdesk_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    open_record(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = 'history_99'")
    connection.commit()
    connection.close()
    with pytest.raises(RecordTooNew, match="has schema 'history_99', and this Nightdesk knows up to 'history_2'"):
        open_record(path)


def test_opening_a_current_file_does_not_import_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from api.record.record import open_record\n"
        "for _ in range(2): open_record(Path(sys.argv[1])).close()\n"
        "print('alembic' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "record.db")], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"
