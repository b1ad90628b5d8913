"""Draws the secrets of a compose installation into a folder of its owner's: `python -m deploy.make_secrets`.

The files are readable by all inside it, since the containers, each under a user of its own, read them by bind mount.
What is there already stays; to change a password, delete its files, draw again and start the services again.
"""

import hashlib
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PASSWORD_BYTES: Final = 32
_ACL: Final = """\
user default off nopass nocommands
user nightdesk on #{digest} ~* &* +@all -@admin
"""


def make_secrets(folder: Path) -> list[str]:
    """Draw what is not there yet; returns the names of the files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return [*_pair(folder, _redis), *_pair(folder, _postgres)]


def _redis(password: str) -> dict[str, str]:
    digest = hashlib.sha256(password.encode()).hexdigest()
    return {"NIGHTDESK_REDIS": f"redis://nightdesk:{password}@redis:6379/0\n", "redis.acl": _ACL.format(digest=digest)}


def _postgres(password: str) -> dict[str, str]:
    url = f"postgresql://nightdesk:{password}@postgres:5432/nightdesk\n"
    return {"NIGHTDESK_RECORD": url, "postgres_password": f"{password}\n"}


def _pair(folder: Path, files_of: Callable[[str], dict[str, str]]) -> list[str]:
    """Files that know one password are drawn together or not at all."""
    files = files_of(secrets.token_urlsafe(_PASSWORD_BYTES))
    if all((folder / name).exists() for name in files):
        return []
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o644)
    return list(files)


if __name__ == "__main__":
    where = Path(sys.argv[1] if len(sys.argv) > 1 else "deploy/secrets")
    written = make_secrets(where)
    print(f"{where}: {', '.join(written) or 'all there already'}")  # noqa: T201 - what a person asked for
