"""A request for a host that we do not serve is refused."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.routes.guards.host import host_of
from api.routes.problems import Reason, problem
from api.routes.services import Services


class KnownHosts:
    """Against DNS rebinding: a page elsewhere may have bound its own name to our address."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is for us."""
        host = host_of(Headers(scope=scope)) if scope["type"] == "http" else None
        if host is None or host in self._services.by_host:
            await self._app(scope, receive, send)
            return
        known = " or ".join(address.page for address in self._services.addresses)
        detail = f"Open {known}. For another name, set NIGHTDESK_PUBLIC_ORIGIN."
        await problem(Reason.UNKNOWN_HOST, detail)(scope, receive, send)
