"""What the push port answers besides sockets: alive, ready and the metrics, as the pages' port does."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

from websockets.http11 import Request, Response

from api.live.connection import LiveConnection

_PASSED_ON: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """`metrics` is their text for Prometheus, given to whoever asks on this machine and not through a proxy."""

    ready: Callable[[], tuple[bool, str]]
    metrics: Callable[[], bytes]

    def answer(self, connection: LiveConnection, request: Request) -> Response | None:
        """The answer; None: that is not asked here."""
        match request.path.partition("?")[0]:
            case "/healthz":
                return _said(connection, HTTPStatus.OK, "alive")
            case "/readyz":
                is_ready, reason = self.ready()
                word = "ready" if is_ready else "not ready"
                status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
                return _said(connection, status, f"{word}: {reason}" if reason else word)
            case "/metrics" if _is_on_this_machine(connection, request):
                return _said(connection, HTTPStatus.OK, self.metrics().decode().rstrip("\n"))
        return None


def _said(connection: LiveConnection, status: HTTPStatus, text: str) -> Response:
    return connection.respond(status, f"{text}\n")


def _is_on_this_machine(connection: LiveConnection, request: Request) -> bool:
    if any(request.headers.get_all(name) for name in _PASSED_ON):
        return False
    try:
        return ip_address(connection.address).is_loopback
    except ValueError:
        return False
