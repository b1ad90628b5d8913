"""The schema: made whole, migrated to the same thing, left alone when current, refused when newer."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.auth.audit import Action, newest_lines
from api.auth.keys import Keys
from api.auth.sessions import Sessions
from api.auth.tokens import hashed
from api.record.dialects import for_each_row
from api.record.errors import RecordTooNew
from api.record.kept import open_kept
from api.record.migrate import configured, upgrade
from api.record.place import Database, Place
from api.record.record import open_record
from api.record.schema import HISTORY, KEPT, Chain, bring_up_to_date, unmade_store
from schemas.audiences import Role
from tests.builders_postgres import ON_BOTH, Where, realm_in

ON_EACH = pytest.mark.parametrize("engine", ON_BOTH)
CHAINS = pytest.mark.parametrize("chain", [HISTORY, KEPT], ids=lambda chain: str(chain.folder))


def _new(engine: str, path: Path, request: pytest.FixtureRequest) -> Place:
    return path if engine == "sqlite" else realm_in(request.getfixturevalue("postgres_url"))


def _schema(place: Place, chain: Chain) -> dict[str, list[tuple[object, ...]]]:
    """Every object of it: columns for tables, SQL for triggers, columns for indexes."""
    return _of_file(place) if isinstance(place, Path) else _of_realm(place, chain)


def _of_realm(place: Database, chain: Chain) -> dict[str, list[tuple[object, ...]]]:
    asked = """
        SELECT c.table_name::text, c.column_name::text, data_type, is_nullable, column_default, c.collation_name, ''
        FROM information_schema.columns AS c WHERE table_schema = %(schema)s AND table_name <> 'alembic_version'
        UNION ALL SELECT indexname, indexdef, '', '', '', '', ''
        FROM pg_indexes WHERE schemaname = %(schema)s AND tablename <> 'alembic_version'
        UNION ALL SELECT t.tgname, pg_get_triggerdef(t.oid), prosrc, '', '', '', ''
        FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname = %(schema)s
        ORDER BY 1, 2
        """
    schema: dict[str, list[tuple[object, ...]]] = {}
    with psycopg.connect(place.url) as connection:
        for name, *what in connection.execute(asked, {"schema": place.schema(chain.folder)}):
            said = [None if one is None else str(one).replace(place.schema(chain.folder), "") for one in what]
            schema.setdefault(name, []).append(tuple(said))
    return schema


def _of_file(path: Path) -> dict[str, list[tuple[object, ...]]]:
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
@ON_EACH
def test_migrating_an_empty_one_gives_what_making_a_new_one_gives(
    chain: Chain, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    places = [_new(engine, tmp_path / name, request) for name in ("made", "migrated")]
    made, migrated = (unmade_store(place, chain) for place in places)
    bring_up_to_date(made, chain)
    upgrade(migrated, chain, None)
    bring_up_to_date(migrated, chain)
    made.close()
    migrated.close()
    made_schema, migrated_schema = (_schema(place, chain) for place in places)
    assert made_schema == migrated_schema
    assert len(made_schema) >= len(chain.metadata.tables)


@CHAINS
@ON_EACH
def test_the_migrations_lead_to_the_tables_of_the_code(
    chain: Chain, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = unmade_store(_new(engine, tmp_path / "file", request), chain)
    upgrade(store, chain, None)
    with store.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection), chain.metadata)
    assert [one for one in found if not (isinstance(one, list) and one[0][0] == "modify_comment")] == []
    store.close()


@CHAINS
def test_the_newest_revision_is_the_one_the_code_asks_for(chain: Chain) -> None:
    assert ScriptDirectory.from_config(configured(chain)).get_heads() == [chain.head]


def test_accounts_of_the_first_schema_are_still_good_after_migrating(where: Where) -> None:
    store = unmade_store(where.kept, KEPT)
    config = configured(KEPT)
    with store.migrating() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "kept_1")
        key = "INSERT INTO keys (hash, role, created_at) VALUES (?, 'group', 1)"
        for_each_row(connection, key, [(hashed("nd_a"),)])
        columns = "hash, role, key_id, created_at, expires_at"
        for_each_row(connection, f"INSERT INTO sessions ({columns}) VALUES (?, 'group', 1, 1, 9)", [(hashed("s"),)])
        connection.exec_driver_sql("INSERT INTO audit (at, action, role) VALUES (1, 'key_added', 'group')")
    store.close()
    kept = open_kept(where.kept)
    assert Keys(kept, bytes).find("nd_a") is not None
    session = Sessions(kept, bytes).find("s", 8)
    assert session is not None
    assert (session.grant.role, session.name) == (Role.GROUP, None)
    assert [(line.action, line.who) for line in newest_lines(kept)] == [(Action.KEY_ADDED, None)]
    kept.close()


@pytest.mark.parametrize("was_whole", [0, 1])
def test_a_record_that_was_told_everything_is_so_after_migrating(was_whole: int, tmp_path: Path) -> None:
    store = unmade_store(tmp_path / "record.db", HISTORY)
    config = configured(HISTORY)
    with store.migrating() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "history_2")
        for_each_row(connection, "INSERT INTO history VALUES (?, 'k', 'k', 0, 0, 0, 0, 1, NULL)", [("soho",)])
        connection.exec_driver_sql(f"PRAGMA user_version = {was_whole}")
    store.close()
    with closing(open_record(tmp_path / "record.db")) as record:
        assert (record.is_whole("soho"), record.is_whole("elsewhere")) == (bool(was_whole), False)


def test_one_of_a_newer_nightdesk_is_refused_and_left_alone(where: Where) -> None:
    open_record(where.record).close()
    with closing(unmade_store(where.record, HISTORY)) as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'history_99'")
    with pytest.raises(RecordTooNew, match="has schema 'history_99', and this Nightdesk knows up to 'history_3'"):
        open_record(where.record)


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
