"""The sockets of one site, over a view that is kept in this process or followed in another: hub and server."""

from collections.abc import Callable

from prometheus_client import generate_latest

from api.auth.authenticator import Authenticator
from api.desk_side import Ready
from api.live.door import Limits
from api.live.files import fitting
from api.live.hub import DeskState, Hub
from api.live.probes import Probes
from api.live.server import LiveServer
from api.site_settings import SiteSettings
from api.view import Shown
from schemas.meters import Meters
from schemas.ports import PortTaken


class PushSide:
    """One area and realm, in the loop of whoever starts it."""

    def __init__(
        self,
        area_id: str,
        settings: SiteSettings,
        *,
        view: Shown,
        state: Callable[[], DeskState],
        ready: Ready,
        authenticator: Authenticator,
        meters: Meters,
        clock: Callable[[], float],
    ) -> None:
        self.hub = Hub(area_id, view=view, desk=state, clock=clock)
        self._settings = settings
        self._live = LiveServer(
            self.hub,
            identify=authenticator.identify,
            endings_since=authenticator.endings_since,
            origins=frozenset(address.page for address in settings.addresses),
            host=settings.host,
            port=settings.push_port,
            limits=fitting(Limits()),
            probes=Probes(ready=ready, metrics=lambda: generate_latest(meters.registry)),
        )

    async def start(self) -> None:
        """Listen. PortTaken."""
        try:
            await self._live.start()
        except OSError as error:
            raise PortTaken(self._settings.host, self._settings.push_port, "--push-port", error) from error

    async def watch(self) -> None:
        """Return when it ended; raise what ended it."""
        await self._live.watch()

    async def stop(self) -> None:
        """Close every socket. Also after a failed start."""
        await self._live.stop()
