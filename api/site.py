"""One running Nightdesk towards people: push server, HTTP, record and accounts, started and stopped together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from api.announcer import Announcer
from api.auth.authenticator import Authenticator
from api.auth.links import SignInLinks
from api.desk_side import DeskSide
from api.holdings import Holdings
from api.http_side import HttpSide
from api.live.readings import readings
from api.memory_view import MemoryView
from api.projector import Projector
from api.push_side import PushSide
from api.reads.sources import Sources
from api.reports.incoming import Incoming
from api.site_services import site_services
from api.site_settings import SiteSettings
from schemas.area import Area
from schemas.meters import Meters
from schemas.picture import Change
from schemas.telemetry import Metric
from schemas.times import Instant

EPOCH_BYTES: Final = 8


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
        self._meters = meters
        self._first_link: Callable[[], str | None] = lambda: SignInLinks(holdings.kept, random_bytes).first_run(now())
        self.addresses = settings.addresses
        authenticator = Authenticator(holdings.kept, now, random_bytes, secure=settings.is_secure)
        view = MemoryView(lambda: random_bytes(EPOCH_BYTES).hex())
        self._projector = Projector(area.id, view=view)
        self._push = PushSide(
            area.id, settings, view=view, state=desk.state, ready=desk.ready, authenticator=authenticator,
            meters=meters, clock=clock,
        )  # fmt: skip
        hub = self.hub = self._push.hub
        meters.read_by(readings(hub, view))
        meters.read_by({Metric.PROJECTED_DROPPED: lambda: {(): self._projector.dropped}})
        meters.read_by({Metric.READY: lambda: {(): desk.ready()[0]}})
        sources = Sources(view=view, rewind=desk.rewind, now=lambda: desk.state().at, is_shown=lambda: hub.is_shown)
        self.services = site_services(
            area, settings, sources=sources, authenticator=authenticator, holdings=holdings,
            meters=meters, desk=desk, incoming=incoming, now=now, clock=clock,
        )  # fmt: skip
        self._http = HttpSide(self.services, settings.host, settings.port)
        self._announcer: Announcer | None = None

    async def start(self) -> None:
        """Listen on both ports; sockets first, because the pages' code takes longer to load. PortTaken."""
        self._http.take_port()
        await self._push.start()
        self._announcer = Announcer(asyncio.get_running_loop(), self._projector, self.hub)
        self._http.serve()

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
        if self._announcer is None:
            raise RuntimeError("the site is not started")
        servers = [asyncio.create_task(side.watch()) for side in (self._push, self._http)]
        try:
            done, _ = await asyncio.wait([*servers, self._announcer.failed], return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                ended.result()
        finally:
            for server in servers:
                server.cancel()

    async def stop(self) -> None:
        """Send the last of the picture, close every socket, finish what HTTP answers. Also after a failed start."""
        if self._announcer is not None:
            self._announcer.close()
        await asyncio.gather(self._push.stop(), self._http.stop())

    def greeting(self) -> list[str]:
        """What to tell whoever started it: where the console is and, while nobody ever signed in, how to."""
        page = self.addresses[0].page
        link = self._first_link()
        return [f"Console: {page}/"] + ([] if link is None else [f"Sign in: {page}{link}"])
