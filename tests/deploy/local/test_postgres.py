"""PostgreSQL of our own: made once, for loopback and its password alone; it says when it is ready, and stops well."""

import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.postgres import HOST, SYSTEM_USER, LocalPostgres, PostgresRefused, binaries_in
from tests.builders_postgres import Server, postgres_server
from tests.builders_running import free_port, run

pytestmark = pytest.mark.server


@pytest.fixture
def server() -> Iterator[Server]:
    with postgres_server() as running:
        yield running


def test_it_is_as_the_supervisor_wants_its_services(server: Server) -> None:
    local = server.local
    assert (local.name, local.stop_signal) == ("postgres", signal.SIGINT)
    assert all(isinstance(word, str) for word in (*local.command, *local.env, *local.env.values()))
    assert str(local.port) in local.command
    password = server.url.split(":")[2].split("@")[0]
    assert not [word for word in local.command if password in word], "everybody sees those"


def test_what_was_written_is_there_after_a_stop_and_after_a_kill(server: Server) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE told (what text)")
    for number in (signal.SIGINT, signal.SIGKILL):
        with psycopg.connect(server.url) as connection:
            connection.execute("INSERT INTO told VALUES (%s)", (number.name,))
        server.end(number)
        server.local.prepare()
        server.start()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT what FROM told ORDER BY what").fetchall() == [("SIGINT",), ("SIGKILL",)]


def test_it_ends_well_when_it_is_told_to(server: Server) -> None:
    process = server.process
    assert process is not None
    with psycopg.connect(server.url):
        process.send_signal(server.local.stop_signal)
        assert process.wait(10) == 0


def test_it_is_ready_only_while_it_lets_people_in(server: Server) -> None:
    asked = server.local.is_ready
    assert asked()
    server.pause()
    assert not asked(), "nobody waits for one that does not answer"
    server.go_on()
    assert asked()
    server.end()
    assert not asked()


def test_nobody_gets_in_without_the_password_and_the_user_is_no_superuser(server: Server) -> None:
    password = server.local.folder / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    for wrong in ("nightdesk:wrong", "nightdesk:", "postgres:"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url.replace(f"nightdesk:{password.read_text().strip()}", wrong))
    with psycopg.connect(server.url) as connection:
        found = connection.execute(
            "SELECT rolsuper, current_setting('password_encryption'), current_setting('fsync'),"
            " current_setting('data_checksums'), current_setting('listen_addresses'), pg_encoding_to_char(encoding)"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        ).fetchone()
    assert found == (False, "scram-sha-256", "on", "on", HOST, "UTF8")


def test_it_listens_on_this_machine_alone_and_leaves_no_socket_file(server: Server) -> None:
    elsewhere = socket.gethostbyname(socket.gethostname())
    if not elsewhere.startswith("127."):
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((elsewhere, server.local.port), timeout=1)
    assert not list((server.local.folder / "data").rglob(".s.PGSQL*"))


def test_what_another_start_left_half_made_is_made_anew(server: Server) -> None:
    other = LocalPostgres(server.local.folder.with_name("other"), free_port())
    half = other.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15")
    other.folder.chmod(0o711)
    other.prepare()
    assert not half.exists()
    assert (other.folder / "data" / "PG_VERSION").exists()
    assert other.url != server.url.replace(str(server.local.port), str(other.port)), "a password of its own"


def test_data_of_another_version_is_refused(server: Server) -> None:
    server.end()
    (server.local.folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresRefused, match="was written by PostgreSQL 9, and this is PostgreSQL"):
        server.local.prepare()


def test_a_machine_without_it_is_told_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(PostgresRefused, match="apt install postgresql"):
        binaries_in([tmp_path, tmp_path / "gone"])


def test_an_address_before_anything_was_made_is_refused(tmp_path: Path, server: Server) -> None:
    with pytest.raises(PostgresRefused, match="password cannot be read"):
        _ = LocalPostgres(tmp_path / "new", server.local.port).url


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL runs as somebody else")
def test_a_folder_that_its_user_may_not_enter_is_named(tmp_path: Path, server: Server) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(PostgresRefused, match=f"User {SYSTEM_USER} may not enter"):
        LocalPostgres(closed / "postgres", server.local.port).prepare()
    code, out, err = run("up", "--engine", "kafka", "--data", str(closed))
    assert (code, out) == (1, "")
    (line,) = err.strip().splitlines()
    assert f"User {SYSTEM_USER} may not enter" in line
