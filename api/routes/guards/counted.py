"""Every request is counted by the route that answered it and by the status, and the answer's time is measured."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.services import Services
from schemas.telemetry import Metric

_PAGE: Final = "page"
_NO_ROUTE: Final = "none"
_NO_STATUS: Final = "none"


class Counted:
    """Outside of all others, so that what they refuse is counted too. Labels are our own words, never what was sent."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._meters = services.meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and note what became of it; a caller that left before its answer has no status."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _NO_STATUS

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            with self._meters.measure(Metric.HTTP_ANSWER):
                await self._app(scope, receive, send_and_note)
        finally:
            self._meters.count(Metric.HTTP_REQUESTS, 1, _route(scope), status)


def _route(scope: Scope) -> str:
    """What the router found: a call by its path as declared, any of the pages, or nothing."""
    if "endpoint" not in scope:
        return _NO_ROUTE
    return str(getattr(scope.get("route"), "path_format", _PAGE))
