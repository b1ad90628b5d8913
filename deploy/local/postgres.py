"""A PostgreSQL of our own beside Nightdesk, without Docker: one folder, loopback alone, no default password."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from deploy.local.service import CannotServe

HOST: Final = "127.0.0.1"
USER: Final = "nightdesk"
DATABASE: Final = "nightdesk"
SYSTEM_USER: Final = "postgres"
"""PostgreSQL refuses to run as root; started by root it runs as this user."""
PREPARE_S: Final = 120
_PROBE_S: Final = 0.4
_PLACES: Final = ("/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")
_OPTIONS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "logging_collector": "off",
    "log_error_verbosity": "terse",  # no details: they quote what was being stored
    "log_min_error_statement": "panic",
}


class PostgresRefused(CannotServe):
    """There can be no PostgreSQL here; the text says why and what to do."""


class LocalPostgres:
    """A service of the supervisor. `folder` is its own; `data` in it belongs to whoever PostgreSQL runs as."""

    name = "postgres"
    stop_signal: int = signal.SIGINT
    """Fast: open transactions are rolled back, and what is committed is on the disk."""

    def __init__(self, folder: Path, port: int) -> None:
        """PostgresRefused: it is not installed, or there is no user that it may run as."""
        self.folder, self.port = folder.resolve(), port
        self.env = {"LC_ALL": "C"}
        self._binaries = binaries_in(_candidates())
        self._data = self.folder / "data"

    @property
    def command(self) -> list[str]:
        """The server in the foreground."""
        options = [word for name, value in _OPTIONS.items() for word in ("-c", f"{name}={value}")]
        return [*_as_its_user(), self._binary("postgres"), "-D", str(self._data), "-p", str(self.port), *options]

    @property
    def url(self) -> str:
        """The address for NIGHTDESK_RECORD, with its password. PostgresRefused: nothing was prepared."""
        try:
            password = (self.folder / "password").read_text(encoding="ascii").strip()
        except OSError as error:
            raise PostgresRefused(f"{self.folder / 'password'} cannot be read ({error.strerror})") from error
        return f"postgresql://{USER}:{password}@{HOST}:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        """Make the folder's database where there is none yet; killed in the middle it begins anew. PostgresRefused."""
        try:
            self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
            if self._data.exists():
                self._check_version()
                return
            self._make()
        except PostgresRefused:
            raise
        except OSError as error:
            raise PostgresRefused(f"{self.folder} cannot be made ready for PostgreSQL ({error})") from error

    def is_ready(self) -> bool:
        """Whether it lets people in: it asks for a password, and does not say that it is starting or stopping."""
        try:
            with socket.create_connection((HOST, self.port), timeout=_PROBE_S) as probe:
                probe.settimeout(_PROBE_S)
                probe.sendall(_hello())
                return probe.recv(256)[:1] == b"R"
        except OSError:
            return False

    def _make(self) -> None:
        password, new = self._password(), self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(new, SYSTEM_USER)
        self._run(
            "initdb", "-D", str(new), "-U", SYSTEM_USER, "--auth-local=peer", "--auth-host=scram-sha-256",
            "--encoding=UTF8", "--no-locale", "--data-checksums",
        )  # fmt: skip
        made = f"CREATE ROLE {USER} LOGIN PASSWORD '{password}'\nCREATE DATABASE {DATABASE} OWNER {USER}\n"
        self._run(
            "postgres", "--single", "-D", str(new), *("-c", "log_min_error_statement=panic"), "postgres", say=made
        )
        new.rename(self._data)

    def _password(self) -> str:
        """Made once, for its owner's eyes alone."""
        path = self.folder / "password"
        if not path.exists():
            fresh = self.folder / "password.new"
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(24) + "\n")
            fresh.rename(path)
        return path.read_text(encoding="ascii").strip()

    def _check_version(self) -> None:
        ours = self._run("postgres", "--version").split()[2].partition(".")[0]
        its = self._run("cat", str(self._data / "PG_VERSION"), is_ours=False).strip()
        if its != ours:
            raise PostgresRefused(
                f"{self._data} was written by PostgreSQL {its}, and this is PostgreSQL {ours}: start version {its}, or"
                " move the data with pg_dump or pg_upgrade"
            )

    def _run(self, name: str, *arguments: str, say: str = "", is_ours: bool = True) -> str:
        command = [*_as_its_user(), self._binary(name) if is_ours else name, *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - our own words and paths
                command, input=say, capture_output=True, text=True, timeout=PREPARE_S, check=False, cwd="/",
                env=os.environ | self.env,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise PostgresRefused(f"{name} did not end within {PREPARE_S} s in {self.folder}") from error
        if done.returncode != 0:
            raise PostgresRefused(f"{name} failed: {_reason(done.stderr)}{_way_in(self.folder)}")
        return done.stdout

    def _binary(self, name: str) -> str:
        return str(self._binaries / name)


def binaries_in(folders: Iterable[Path]) -> Path:
    """The first folder with both programs in it; PostgresRefused: none has."""
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise PostgresRefused(
        "PostgreSQL is not on this machine: initdb and postgres were not found on the PATH, in /usr/lib/postgresql or"
        " in /usr/local/bin. Install it (Debian and Ubuntu: apt install postgresql), or name another machine's in"
        " NIGHTDESK_RECORD."
    )


def _candidates() -> Iterator[Path]:
    found = shutil.which("postgres")
    if found is not None:
        yield Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: _number(folder.parent.name), reverse=True)
    yield from map(Path, _PLACES)


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0.0


def _as_its_user() -> Sequence[str]:
    """What stands before a command so that it does not run as root; it takes the command's place, so signals arrive."""
    if os.geteuid() != 0:
        return ()
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise PostgresRefused(
            f"PostgreSQL does not run as root, and there is no user {SYSTEM_USER}: run as another user, or make it"
        ) from None
    return ("setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--init-groups", "--")


def _hello() -> bytes:
    """The first message of a client: protocol 3.0, who, and which database."""
    names = b"".join(word.encode() + b"\0" for word in ("user", USER, "database", DATABASE)) + b"\0"
    return struct.pack("!ii", 8 + len(names), 196_608) + names


def _reason(said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower() or "fatal" in line.lower()]
    return " ".join((lines or said.splitlines()[-3:])[:3])


def _way_in(folder: Path) -> str:
    """What to do where root's PostgreSQL cannot reach its own folder."""
    closed = [str(path) for path in folder.parents if not path.stat().st_mode & 0o001]
    if os.geteuid() != 0 or not closed:
        return ""
    return (
        f". User {SYSTEM_USER} may not enter {closed[-1]}: choose a folder outside it, or run as another user than root"
    )
