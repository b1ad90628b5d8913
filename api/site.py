"""One running Nightdesk towards people: push server, HTTP, record and accounts, started and stopped together."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.announcer import Announcer
from api.auth.attempts import Attempts
from api.auth.authenticator import Authenticator
from api.live.hub import DeskState, Hub
from api.live.server import LiveServer
from api.memory_view import MemoryView
from api.metrics import Meters
from api.projector import Projector
from api.record.kept import Kept
from api.routes.services import Address, Services, local_addresses
from schemas.area import Area
from schemas.picture import Change
from schemas.telemetry import Metric
from schemas.times import Instant

if TYPE_CHECKING:
    import uvicorn

STOP_SECONDS = 2
EPOCH_BYTES = 8


class PortTaken(Exception):
    """Another program listens there; the text says on which port and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """Where a site listens, and as what it is known."""

    host: str
    port: int
    push_port: int
    public_origin: str | None
    pages: Path
    version: str
    speed: float | None


class Site:
    """The sockets and pages of one area and realm. All but `announce` is called in the loop's thread."""

    def __init__(
        self,
        area: Area,
        realm: str,
        settings: SiteSettings,
        *,
        kept: Kept,
        meters: Meters,
        desk: Callable[[], DeskState],
        ready: Callable[[], tuple[bool, str]],
        now: Callable[[], Instant],
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._meters = meters
        self.addresses = _addresses(settings)
        secure = any(address.page.startswith("https:") for address in self.addresses)
        self._authenticator = Authenticator(kept, now, random_bytes, secure=secure)
        view = MemoryView(lambda: random_bytes(EPOCH_BYTES).hex())
        self._projector = Projector(area.id, view=view)
        self.hub = Hub(area.id, view=view, desk=desk, clock=clock)
        self._services = Services(
            area=area,
            realm=realm,
            version=settings.version,
            speed=settings.speed,
            addresses=self.addresses,
            authenticator=self._authenticator,
            attempts=Attempts(now),
            ready=ready,
            registry=meters.registry,
            pages=settings.pages,
        )
        self._live = LiveServer(
            self.hub,
            identify=self._authenticator.identify,
            origins=frozenset(address.page for address in self.addresses),
            host=settings.host,
            port=settings.push_port,
        )
        self._announcer: Announcer | None = None
        self._http: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen on both ports; sockets first, because the pages' code takes longer to load. PortTaken."""
        settings = self._settings
        listening = _listen(settings.host, settings.port)
        try:
            await self._live.start()
        except OSError as error:
            listening.close()
            raise PortTaken(_taken(settings.host, settings.push_port, "--push-port", error)) from error
        self._announcer = Announcer(asyncio.get_running_loop(), self._projector, self.hub)
        self._serving = asyncio.create_task(self._serve_http(listening))

    def announce(self, changes: Sequence[Change]) -> None:
        """Project changes and send them out. Called in the desk's thread."""
        if self._announcer is not None and changes:
            self._announcer.announce(changes)

    async def watch(self) -> None:
        """Return when a server ended; raise what ended it."""
        if self._serving is None:
            raise RuntimeError("the site is not started")
        live = asyncio.create_task(self._live.watch())
        done, _ = await asyncio.wait([live, self._serving], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Close every socket, finish what HTTP is answering."""
        await self._live.stop()
        if self._http is not None:
            self._http.should_exit = True
        if self._serving is not None:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self._serving, STOP_SECONDS)

    def show_metrics(self) -> None:
        """Bring the push server's counts into the metrics."""
        for audience, count in self.hub.following().items():
            self._meters.show(Metric.PUSH_CLIENTS, count, audience)

    async def _serve_http(self, listening: socket.socket) -> None:
        self._http = await asyncio.to_thread(_http_server, self._services)
        await self._http.serve(sockets=[listening])


def _http_server(services: Services) -> "uvicorn.Server":
    """Loads the HTTP side, which takes most of a second, away from the loop."""
    import uvicorn  # noqa: PLC0415

    from api.app import create_app  # noqa: PLC0415

    class Server(uvicorn.Server):
        """Leaves signals to whoever runs the process."""

        @contextlib.contextmanager
        def capture_signals(self):  # type: ignore[no-untyped-def]
            yield

    config = uvicorn.Config(
        create_app(services), ws="none", server_header=False, access_log=False, log_config=None, lifespan="off",
        timeout_graceful_shutdown=STOP_SECONDS, proxy_headers=False,
    )  # fmt: skip
    return Server(config)


def _addresses(settings: SiteSettings) -> tuple[Address, ...]:
    local = local_addresses(_names(settings.host), settings.port, settings.push_port)
    if settings.public_origin is None:
        return local
    push = settings.public_origin.replace("http", "ws", 1) + "/live"
    return (Address(page=settings.public_origin, push=push), *local)


def _names(host: str) -> tuple[str, ...]:
    return (host, "localhost") if host in ("127.0.0.1", "::1") else (host,)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise PortTaken(_taken(host, port, "--port", error)) from error
    return listening


def _taken(host: str, port: int, option: str, error: OSError) -> str:
    return (
        f"Nightdesk cannot listen on {host}:{port}: {error.strerror or error}. Another program may have that port:"
        f" stop it, or choose another with {option}."
    )
