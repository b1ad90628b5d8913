"""What docs/postgresql.md gives each role in PostgreSQL is enough for what the role does there."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg
import pytest

from api.auth.authenticator import Authenticator
from api.auth.grants import Grant
from api.auth.keys import Keys
from api.record.errors import RecordError
from api.record.kept import open_kept
from api.record.place import Database
from api.record.record import open_record
from deploy.local.postgres import DATABASE, HOST
from schemas.audiences import Role
from schemas.picture import Kind
from schemas.times import HOUR
from tests.builders_postgres import Server, postgres_server
from tests.builders_record import SATURDAY, change, incident

pytestmark = pytest.mark.server
DOC: Final = (Path(__file__).resolve().parents[2] / "docs" / "postgresql.md").read_text(encoding="utf-8")
_GIVEN: Final = re.compile(r"`USAGE` and `([A-Z, ]+)` in `(\w+)`")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A record that its owner has made, and two more users, who may do nothing yet but come in."""
    with postgres_server() as found:
        place = Database(url=found.url, realm="live")
        with closing(open_kept(place)), closing(open_record(place)) as record:
            record.history("soho").write(
                [change(incident(), offset=1), change(incident(reports=2), offset=2)], SATURDAY
            )
        found.as_superuser("CREATE ROLE push LOGIN PASSWORD 'p'\nCREATE ROLE api LOGIN PASSWORD 'p'\n")
        yield found


def given(server: Server, role: str) -> Database:
    """Give a role what its line of the table says of schemas, and no more; the record as its user."""
    (line,) = re.findall(rf"^\| {role} \|.*$", DOC, flags=re.MULTILINE)
    with psycopg.connect(server.url, autocommit=True) as owner:
        for rights, schema in _GIVEN.findall(line):
            owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}".encode())
            owner.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}".encode())
        for rights, table in re.findall(r"`([A-Z, ]+)` on `(\w+\.\w+)`", line):
            owner.execute(f"GRANT {rights} ON {table} TO {role}".encode())
    return Database(url=f"postgresql://{role}:p@{HOST}:{server.local.port}/{DATABASE}", realm="live")


def test_push_knows_who_comes_and_who_was_signed_out_and_writes_nothing(server: Server) -> None:
    with closing(open_kept(Database(url=server.url, realm="live"))) as kept:
        key = Keys(kept, os.urandom).add(Grant(role=Role.OPERATIONS), SATURDAY)
    with closing(open_kept(given(server, "push"))) as kept:
        authenticator = Authenticator(kept, lambda: SATURDAY, os.urandom, secure=False)
        found = authenticator.identify({"authorization": f"Bearer {key}"})
        assert found is not None
        assert found.role is Role.OPERATIONS
        authenticator.endings_since(None)
        with pytest.raises(RecordError):
            Keys(kept, os.urandom).add(Grant(role=Role.ADMIN), SATURDAY)


def test_the_api_reads_the_history_and_lets_go_of_what_is_too_old(server: Server) -> None:
    with closing(open_record(given(server, "api"))) as record:
        soho = record.history("soho")
        assert len(soho.rewind.picture_at(SATURDAY + HOUR)[Kind.INCIDENTS]) == 1
        assert sum(soho.oldest.batches(SATURDAY + HOUR)) == 1
        assert len(soho.rewind.picture_at(SATURDAY + HOUR)[Kind.INCIDENTS]) == 1
        with pytest.raises(RecordError):
            soho.write([change(incident(), offset=3)], SATURDAY)  # the projector's work
