"""A Redis on this machine: the cache of the view, behind a password of its own, that keeps nothing on the disk."""

import hashlib
import os
import secrets
import shutil
import signal
import socket
from pathlib import Path
from typing import Final

from deploy.local.service import PROBE_SECONDS, CannotServe

MEMORY_MB: Final = 256
USER: Final = "nightdesk"
_CONFIG: Final = """\
bind 127.0.0.1
port {port}
protected-mode yes
daemonize no
supervised no
dir {folder}
logfile ""
loglevel warning
always-show-logo no
# A cache: what it lost is projected again from the picture topic.
save ""
appendonly no
# Full, it refuses to write, which the projector says and waits out; it never lets go of half a picture.
maxmemory {memory_mb}mb
maxmemory-policy noeviction
tcp-keepalive 60
shutdown-timeout 1
enable-debug-command no
enable-module-command no
user default off nopass nocommands
user {user} on #{digest} ~* &* +@all -@admin
"""


class LocalRedis:
    """redis-server in `folder`, on loopback; its password stands in a file that only its owner reads."""

    name = "redis"
    stop_signal: int = signal.SIGTERM

    def __init__(self, folder: Path, port: int, *, memory_mb: int = MEMORY_MB) -> None:
        self._folder, self._port, self._memory_mb = folder.resolve(), port, memory_mb
        self._command: list[str] | None = None

    @property
    def url(self) -> str:
        """Where clients connect; it holds the password, so nothing prints it. It is there once prepared."""
        return f"redis://{USER}:{self._password()}@127.0.0.1:{self._port}/0"

    @property
    def command(self) -> list[str]:
        """redis-server and its configuration; there is one once it is prepared."""
        if self._command is None:
            raise RuntimeError("prepare() comes first")
        return self._command

    @property
    def env(self) -> dict[str, str]:
        """Nothing of its own."""
        return {}

    def prepare(self) -> None:
        """Draw the password, once, and write the configuration, which knows only its hash. Raises CannotServe."""
        program = shutil.which("redis-server")
        if program is None:
            raise CannotServe(
                "redis-server is not installed. Install it (on Debian: apt-get install redis-server), or name a Redis"
                " that runs elsewhere in NIGHTDESK_REDIS."
            )
        if any(c.isspace() or c in "\"'" for c in str(self._folder)):
            raise CannotServe(f"{self._folder}: Redis cannot work in a folder with a space or a quote in its name.")
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._password_file.exists():
            _write_privately(self._password_file, secrets.token_urlsafe(32))
        digest = hashlib.sha256(self._password().encode()).hexdigest()
        config = self._folder / "redis.conf"
        own = {"port": self._port, "folder": self._folder, "memory_mb": self._memory_mb}
        _write_privately(config, _CONFIG.format(**own, user=USER, digest=digest))
        self._command = [program, str(config)]

    def is_ready(self) -> bool:
        """Whether it lets us in and answers."""
        try:
            asked = f"AUTH {USER} {self._password()}\r\nPING\r\n"
            with socket.create_connection(("127.0.0.1", self._port), timeout=PROBE_SECONDS) as line:
                line.sendall(asked.encode())
                return line.recv(len(_GOOD), socket.MSG_WAITALL) == _GOOD
        except OSError:
            return False

    @property
    def _password_file(self) -> Path:
        return self._folder / "password"

    def _password(self) -> str:
        return self._password_file.read_text(encoding="ascii")


_GOOD: Final = b"+OK\r\n+PONG\r\n"


def _write_privately(file: Path, text: str) -> None:
    """Whole or not at all, readable by its owner only."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
    new.replace(file)
