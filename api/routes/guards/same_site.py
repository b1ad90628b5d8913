"""What changes something comes from our own page, or from a program that sends its key and no cookie."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth.authenticator import bearer
from api.routes.problems import Reason, problem
from api.routes.services import Services

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class SameSite:
    """Against forged requests: an Origin that is not ours is always refused.

    A cookie without an Origin needs the browser's word that the request is same-origin.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._origins = frozenset(address.page for address in services.addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is safe, or ours."""
        if scope["type"] != "http" or scope["method"] in _SAFE or self._is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        detail = "Only Nightdesk's own page may do this. Open it and try again."
        await problem(Reason.OTHER_SITE, detail)(scope, receive, send)

    def _is_ours(self, headers: Mapping[str, str]) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            return origin in self._origins
        by_cookie = bearer(headers) is None and self._services.authenticator.cookie_secret(headers) is not None
        return not by_cookie or headers.get("sec-fetch-site") == "same-origin"
