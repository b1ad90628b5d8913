"""A container's health: the role in it says that it is ready, or why not. `python -m deploy.health ROLE`: 0 or 1."""

import http.client
import os
import sys
from collections.abc import Mapping
from typing import Final

_SECONDS: Final = 2.0
_CHARS_MAX: Final = 300
_PORTS: Final = {"api": ("NIGHTDESK_PORT", "8000"), "push": ("NIGHTDESK_PUSH_PORT", "8001")}
_PORT_OF_OTHERS: Final = ("NIGHTDESK_HEALTH_PORT", "8002")


def readiness(role: str, environ: Mapping[str, str]) -> tuple[bool, str]:
    """Whether this container's role is ready, and its own words. Takes at most some seconds.

    Pages and sockets say so on their own ports, the others on one for that alone.
    """
    variable, usual = _PORTS.get(role, _PORT_OF_OTHERS)
    line = http.client.HTTPConnection("127.0.0.1", int(environ.get(variable) or usual), timeout=_SECONDS)
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        return answer.status == http.HTTPStatus.OK, answer.read(_CHARS_MAX).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return False, f"nobody answers: {error}"
    finally:
        line.close()


if __name__ == "__main__":
    is_ready, words = readiness(sys.argv[1] if len(sys.argv) > 1 else "api", os.environ)
    print(words)  # noqa: T201 - `docker inspect` shows it
    sys.exit(0 if is_ready else 1)
