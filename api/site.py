"""One running Nightdesk towards people: push server, HTTP, record and accounts, started and stopped together."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from api.addresses import Address, addresses_of
from api.announcer import Announcer
from api.auth.authenticator import Authenticator
from api.auth.disclosures import Disclosures
from api.auth.links import SignInLinks
from api.auth.remembered import Remembered
from api.desk_side import DeskSide
from api.holdings import Holdings
from api.live.door import Limits
from api.live.files import fitting
from api.live.hub import Hub
from api.live.readings import readings
from api.live.server import LiveServer
from api.memory_view import MemoryView
from api.projector import Projector
from api.rates import Rates
from api.reads.sources import Sources
from api.reports.incoming import Incoming
from api.routes.services import Services
from schemas.area import Area
from schemas.meters import Meters
from schemas.picture import Change
from schemas.settings import Settings
from schemas.times import Instant

if TYPE_CHECKING:
    import uvicorn

STOP_SECONDS: Final = 2
EPOCH_BYTES: Final = 8
PAGES: Final = Path(__file__).parent / "pages"


class PortTaken(Exception):
    """Another program listens there; the text says on which port and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """Where a site listens, and as what it is known."""

    realm: str
    host: str
    port: int
    push_port: int
    public_origin: str | None
    pages: Path
    basemap: Path | None
    version: str
    speed: float | None

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where its pages are, the best first."""
        return addresses_of(host=self.host, port=self.port, push_port=self.push_port, public_origin=self.public_origin)

    @classmethod
    def of(cls, settings: Settings, *, realm: str, version: str, speed: float | None) -> Self:
        """A site's settings from the process's own."""
        return cls(
            realm=realm,
            host=settings.host,
            port=settings.port,
            push_port=settings.push_port,
            public_origin=settings.public_origin,
            pages=PAGES,
            basemap=settings.basemap,
            version=version,
            speed=speed,
        )


class Site:
    """The sockets and pages of one area and realm. All but `announce` and `show` is called in the loop's thread."""

    def __init__(
        self,
        area: Area,
        settings: SiteSettings,
        *,
        holdings: Holdings,
        meters: Meters,
        desk: DeskSide,
        incoming: Incoming,
        now: Callable[[], Instant],
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._meters = meters
        self._first_link: Callable[[], str | None] = lambda: SignInLinks(holdings.kept, random_bytes).first_run(now())
        self.addresses = settings.addresses
        secure = any(address.page.startswith("https:") for address in self.addresses)
        self._authenticator = Authenticator(holdings.kept, now, random_bytes, secure=secure)
        view = MemoryView(lambda: random_bytes(EPOCH_BYTES).hex())
        self._projector = Projector(area.id, view=view)
        self.hub = Hub(area.id, view=view, desk=desk.state, clock=clock)
        meters.read_by(readings(self.hub, self._projector, view))
        self.services = Services(
            area=area,
            realm=settings.realm,
            version=settings.version,
            speed=settings.speed,
            addresses=self.addresses,
            authenticator=self._authenticator,
            now=now,
            holdings=holdings,
            disclosures=Disclosures(holdings.kept, now, holdings.incident, area),
            ready=desk.ready,
            meters=meters,
            pages=settings.pages,
            basemap=settings.basemap,
            sources=Sources(
                view=view, rewind=desk.rewind, now=lambda: desk.state().at, is_shown=lambda: self.hub.is_shown
            ),
            remembered=Remembered(self._authenticator, holdings.kept.store.version, clock),
            rates=Rates(clock),
            incoming=incoming,
        )
        self._live = LiveServer(
            self.hub,
            identify=self._authenticator.identify,
            endings_since=self._authenticator.endings_since,
            origins=frozenset(address.page for address in self.addresses),
            host=settings.host,
            port=settings.push_port,
            limits=fitting(Limits()),
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
        """Project changes, to be sent out. Called in the desk's thread; AnnouncerClosed once stopped."""
        if self._announcer is None or not changes:
            return
        self._announcer.announce(changes)
        self._meters.show_feeds(changes)

    def show(self) -> None:
        """The desk is restored: from now on what is announced is sent out. From any thread."""
        if self._announcer is not None:
            self._announcer.show()

    async def watch(self) -> None:
        """Return when a server ended; raise what ended it, or what keeps the picture from going out."""
        if self._serving is None or self._announcer is None:
            raise RuntimeError("the site is not started")
        live = asyncio.create_task(self._live.watch())
        try:
            waits = [live, self._serving, self._announcer.failed]
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                ended.result()
        finally:
            live.cancel()

    async def stop(self) -> None:
        """Send the last of the picture, close every socket, finish what HTTP answers. Also after a failed start."""
        if self._announcer is not None:
            self._announcer.close()
        await asyncio.gather(self._live.stop(), self._stop_http())

    async def _stop_http(self) -> None:
        if self._serving is None:
            return
        if self._http is None:
            self._serving.cancel()
        else:
            self._http.should_exit = True
        await asyncio.wait([self._serving], timeout=STOP_SECONDS)
        self._serving.cancel()

    def greeting(self) -> list[str]:
        """What to tell whoever started it: where the console is and, while nobody ever signed in, how to."""
        page = self.addresses[0].page
        link = self._first_link()
        return [f"Console: {page}/"] + ([] if link is None else [f"Sign in: {page}{link}"])

    async def _serve_http(self, listening: socket.socket) -> None:
        with listening:
            self._http = await asyncio.to_thread(_http_server, self.services)
            await self._http.serve(sockets=[listening])


def _http_server(services: Services) -> "uvicorn.Server":
    """Loads the HTTP side, which takes most of a second, away from the loop."""
    import uvicorn  # noqa: PLC0415

    from api.app import create_app  # noqa: PLC0415

    class Server(uvicorn.Server):
        """Leaves signals to whoever runs the process."""

        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield

    config = uvicorn.Config(
        create_app(services), ws="none", server_header=False, access_log=False, log_config=None, lifespan="off",
        timeout_graceful_shutdown=STOP_SECONDS, proxy_headers=False,
    )  # fmt: skip
    return Server(config)


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
        f"Nightdesk cannot listen on {host}:{port}: {_reason(error)}. Another program may have that port:"
        f" stop it, or choose another with {option}."
    )


def _reason(error: OSError) -> str:
    """asyncio puts its own sentence around the system's; an address that cannot be resolved has none."""
    return str(error) if error.errno is None or error.errno < 0 else os.strerror(error.errno)
