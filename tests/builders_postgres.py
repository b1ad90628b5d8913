"""A PostgreSQL for tests, one for the whole run; and where a test keeps its record, in files or in a realm of that."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from api.record.place import Database, Place
from deploy.local.postgres import LocalPostgres, PostgresRefused
from tests.builders_running import free_port, until

_NUMBERS = count(1)
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.server)]
"""The two that a record may be kept in; the one of a server of its own is left out of the fast suite."""


class Server:
    """One PostgreSQL of a test's own, in a folder that its user may enter, started, stopped and killed at will."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        self.local = LocalPostgres(folder / "postgres", free_port())
        self._options = options
        self._log = folder / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.local.prepare()

    @property
    def url(self) -> str:
        return self.local.url

    def start(self) -> None:
        """Run it until it lets people in."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.local.command, *self._options], env=os.environ | self.local.env, cwd="/", stdout=log, stderr=log
            )
        until(self.local.is_ready, "PostgreSQL lets people in")

    def end(self, number: int = signal.SIGINT) -> None:
        """End it as told, and wait for it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    def as_superuser(self, sql: str) -> None:
        """A statement of the superuser's, who gets in only while nobody else does; the server runs again after it."""
        self.end()
        *before, _, _ = self.local.command[: self.local.command.index("-p")]
        single = [*before, "--single", "-D", str(self.local.folder / "data"), "postgres"]
        subprocess.run(single, input=sql.encode(), capture_output=True, check=True, cwd="/")
        self.start()

    def everybody(self) -> list[int]:
        """The server's processes, the first of them its own."""
        assert self.process is not None
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [self.process.pid, *map(int, listed.stdout.split())]

    def pause(self) -> None:
        """Stop every process of it, as a machine that hangs."""
        for pid in self.everybody():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let every process go on."""
        for pid in self.everybody():
            os.kill(pid, signal.SIGCONT)


@contextmanager
def postgres_server(*options: str) -> Iterator[Server]:
    """A server that is running; skips where there is none on the machine."""
    folder = Path(tempfile.mkdtemp(prefix="nightdesk-postgres-", dir="/var/tmp"))
    folder.chmod(0o711)
    try:
        try:
            server = Server(folder, options)
        except PostgresRefused as refused:
            pytest.skip(str(refused))
        try:
            server.start()
            yield server
        finally:
            server.end(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def realm_in(url: str) -> Database:
    """A realm that no other test uses."""
    return Database(url=url, realm=f"replay-{os.getpid()}-{next(_NUMBERS)}")


@dataclass(frozen=True, slots=True)
class Where:
    """Where one test's record lies: in files of its folder, or in a realm of its own."""

    folder: Path
    database: Database | None

    @property
    def kept(self) -> Place:
        return self.database or self.folder / "kept.db"

    @property
    def record(self) -> Place:
        return self.database or self.folder / "record.db"


def beside(kept: Place) -> Place:
    """Where the record lies that belongs to a kept.db: in the same folder, or realm."""
    return kept.with_name("record.db") if isinstance(kept, Path) else kept


def stored(place: Place, chain: str = "kept") -> bytes:
    """All that lies there: the bytes of the folder's files, or every row of the realm's tables as text."""
    if isinstance(place, Path):
        return b"".join(file.read_bytes() for file in place.parent.iterdir() if file.is_file())
    rows = "SELECT query_to_xml(format('SELECT * FROM %%I.%%I', schemaname, tablename), true, true, '')::text"
    with psycopg.connect(place.url) as connection:
        found = connection.execute(f"{rows} FROM pg_tables WHERE schemaname = %s", (place.schema(chain),)).fetchall()
    return "".join(text for (text,) in found).encode()


def somewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """By the parameter of a fixture: `sqlite` or `postgres`."""
    if request.param == "sqlite":
        return Where(tmp_path, None)
    return Where(tmp_path, realm_in(request.getfixturevalue("postgres_url")))


@pytest.fixture(params=ON_BOTH)
def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """For `where = on_both` in a module or conftest whose tests hold for both."""
    return somewhere(request, tmp_path)
