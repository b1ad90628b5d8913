"""How a process without pages says how it is: /healthz, /readyz and /metrics, in a thread of their own."""

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from schemas.meters import Meters
from schemas.telemetry import Metric

Ready = Callable[[], str | None]
"""Why nothing should be sent here now; None: it is ready."""
_LOOK_SECONDS: Final = 0.1
"""How soon it notices that it is closed."""
_TEXT: Final = "text/plain; charset=utf-8"


class HealthTaken(OSError):
    """Another program listens on the port; the text says what to do."""


class HealthServer:
    """Answers until it is closed. `ready` and the meters are asked in threads of the server."""

    def __init__(self, host: str, port: int, *, ready: Ready, meters: Meters) -> None:
        class Handler(BaseHTTPRequestHandler):
            """One request."""

            timeout = 5

            def do_GET(self) -> None:
                status, kind, body = _answer(self.path, ready, meters.registry)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
                """Who looks how a process is, is no news."""

        try:
            self._server = _Quiet((host, port), Handler)
        except OSError as error:
            raise HealthTaken(
                f"Nightdesk cannot say how it is on {host}:{port}: {error.strerror}. Another program may have that"
                " port: stop it, or choose another with NIGHTDESK_HEALTH_PORT."
            ) from error
        meters.read_by({Metric.READY: lambda: {(): ready() is None}})
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        serving = {"poll_interval": _LOOK_SECONDS}
        threading.Thread(target=self._server.serve_forever, kwargs=serving, name="health", daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    """Who goes away before the answer is no news either."""

    def __init__(self, where: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
        super().__init__(where, handler)

    def handle_error(self, _request: object, _client_address: object) -> None:
        return


def _answer(path: str, ready: Ready, registry: CollectorRegistry) -> tuple[int, str, bytes]:
    match path.partition("?")[0]:
        case "/healthz":
            return 200, _TEXT, b"alive\n"
        case "/readyz":
            why = ready()
            return (200, _TEXT, b"ready\n") if why is None else (503, _TEXT, f"not ready: {why}\n".encode())
        case "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest(registry)
    return 404, _TEXT, b"not found\n"
