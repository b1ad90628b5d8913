"""A part of our own as a child: its command is the command line's, its probe is its own readiness."""

import http.client
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_ANSWER_SECONDS: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A worker, projector, api, push or ingest process. Its variables may hold passwords, so nothing prints them."""

    name: str
    command: list[str]
    env: dict[str, str] = field(repr=False)
    ready: Callable[[], bool] = field(repr=False)
    stop_signal: int = signal.SIGTERM

    def prepare(self) -> None:
        """It makes what it needs itself."""

    def is_ready(self) -> bool:
        """What its probe says."""
        return self.ready()


def http_ready(port: int, path: str = "/readyz", host: str = "127.0.0.1") -> Callable[[], bool]:
    """A probe that asks for a path and wants 200."""

    def probe() -> bool:
        line = http.client.HTTPConnection(host, port, timeout=_ANSWER_SECONDS)
        try:
            line.request("GET", path)
            return line.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    return probe
