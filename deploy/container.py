"""The entry point of a container: settings that are secret come from files, then the role takes this process's place.

A file in /run/secrets that has the name of a setting (NIGHTDESK_REDIS, NIGHTDESK_RECORD) is that setting's value, so
that no password stands in a compose file, an image or what `docker inspect` shows.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from schemas.settings import VARIABLES

SECRETS: Final = Path("/run/secrets")
_PROGRAM: Final = "nightdesk"


def environment_of(environ: Mapping[str, str], secrets: Path = SECRETS) -> dict[str, str]:
    """The environment with what the files hold laid over it. Raises OSError where one cannot be read."""
    files = [secrets / variable.name for variable in VARIABLES]
    return {**environ, **{file.name: file.read_text(encoding="utf-8").strip() for file in files if file.is_file()}}


def main(arguments: list[str]) -> None:
    """Become `nightdesk ARGUMENTS`."""
    try:
        environ = environment_of(os.environ)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}. It must be readable by user {os.getuid()}.")
    os.execvpe(_PROGRAM, [_PROGRAM, *arguments], environ)  # noqa: S606 - no shell between


if __name__ == "__main__":
    main(sys.argv[1:])
