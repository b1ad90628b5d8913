"""A container's health: the role in it says that it is ready, or why not. `python -m deploy.health`: 0 or 1."""

import http.client
import os
import sys
from collections.abc import Mapping
from typing import Final

_SECONDS: Final = 2.0
_CHARS_MAX: Final = 300


def readiness(environ: Mapping[str, str]) -> tuple[bool, str]:
    """Whether the role on this container's port is ready, and its own words. Takes at most some seconds."""
    line = http.client.HTTPConnection("127.0.0.1", int(environ.get("NIGHTDESK_PORT") or 8000), timeout=_SECONDS)
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        return answer.status == http.HTTPStatus.OK, answer.read(_CHARS_MAX).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return False, f"nobody answers: {error}"
    finally:
        line.close()


if __name__ == "__main__":
    is_ready, words = readiness(os.environ)
    print(words)  # noqa: T201 - `docker inspect` shows it
    sys.exit(0 if is_ready else 1)
