"""What PostgreSQL's image is given to begin with, tried on a server as the image makes it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from api.record.kept import open_kept
from api.record.place import Database
from deploy.local.postgres import LocalPostgres, PostgresRefused
from tests.builders_running import free_port, until

pytestmark = pytest.mark.server
SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "owner.sh"
ENVIRON = {"POSTGRES_USER": "postgres", "POSTGRES_DB": "nightdesk", "POSTGRES_PASSWORD": "it's a \\ secret"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that PostgreSQL's own user may write to."""
    found = Path(tempfile.mkdtemp(prefix="nightdesk-owner-", dir="/var/tmp"))
    found.chmod(0o1777)
    yield found
    shutil.rmtree(found)


@pytest.fixture
def begun(folder: Path) -> Iterator[str]:
    """A new server, its superuser with the password of the secret, and the script run; the owner's address."""
    try:
        local = LocalPostgres(folder / "none", free_port())
    except PostgresRefused as refused:
        pytest.skip(str(refused))
    if shutil.which("psql") is None:
        pytest.skip("no psql")
    *as_its_user, postgres = local.command[: local.command.index("-D")]
    initdb = [*as_its_user, str(Path(postgres).with_name("initdb")), "-D", str(folder / "data"), "-U", "postgres"]
    subprocess.run([*initdb, "--auth-host=scram-sha-256"], cwd="/", capture_output=True, check=True)
    serve = [*as_its_user, postgres, "-D", str(folder / "data"), "-k", str(folder), "-p", str(local.port)]
    environ = os.environ | ENVIRON | {"PGHOST": str(folder), "PGPORT": str(local.port)}
    with subprocess.Popen(serve, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(local.is_ready, "it lets people in")
            for before in ("ALTER ROLE postgres PASSWORD 'it''s a \\ secret'", "CREATE DATABASE nightdesk"):
                subprocess.run(["psql", "-qU", "postgres", "-c", before], env=environ, check=True)
            subprocess.run(["bash", "-eu", str(SCRIPT)], env=environ, check=True)
            yield f"host=127.0.0.1 port={local.port} dbname=nightdesk user=nightdesk"
        finally:
            process.terminate()
            process.wait(30)


def test_the_roles_own_their_database_and_are_no_superuser_and_the_superuser_has_no_password(begun: str) -> None:
    with psycopg.connect(begun, password=ENVIRON["POSTGRES_PASSWORD"]) as session:
        rights = session.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert rights.fetchone() == (False, False, False)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(begun.replace("user=nightdesk", "user=postgres"), password=ENVIRON["POSTGRES_PASSWORD"])
    url = (
        f"postgresql://nightdesk:it%27s%20a%20%5C%20secret@127.0.0.1:{begun.split()[1].removeprefix('port=')}/nightdesk"
    )
    with closing(open_kept(Database(url=url, realm="live"))):
        pass
