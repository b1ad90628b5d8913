"""The door of the push server: who may open a socket, decided before the upgrade completes."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import orjson
from websockets.http11 import Request, Response

from api.live.connection import LiveConnection
from api.live.counters import Counters
from api.record.errors import RecordError
from schemas.audiences import Audience
from schemas.trouble import Trouble

Identify = Callable[[Mapping[str, str]], Audience | None]
"""Who a request's headers (names in lower case) belong to; may read a database: it runs in a thread. RecordError."""

PATH: Final = "/live"


class Closed(StrEnum):
    """Why a socket is not opened."""

    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    OTHER_SITE = "other_site"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_KNOWN_NOW = "not_known_now"


_SAID: Final[dict[Closed, tuple[HTTPStatus, str, dict[str, str]]]] = {
    Closed.NOT_FOUND: (HTTPStatus.NOT_FOUND, f"The socket is at {PATH}", {}),
    Closed.METHOD_NOT_ALLOWED: (HTTPStatus.METHOD_NOT_ALLOWED, "A socket is opened with GET", {"Allow": "GET"}),
    Closed.TOO_MANY_CONNECTIONS: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Too many sockets are open; try again soon",
        {"Retry-After": "5"},
    ),
    Closed.OTHER_SITE: (HTTPStatus.FORBIDDEN, "The request came from another site", {}),
    Closed.NOT_SIGNED_IN: (HTTPStatus.UNAUTHORIZED, "Nobody is signed in", {"WWW-Authenticate": "Bearer"}),
    Closed.NOT_KNOWN_NOW: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Who you are cannot be looked up just now; try again soon",
        {"Retry-After": "5"},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many sockets may be open at once, in all and from one address; one more is answered 503."""

    sockets: int = 5_000
    sockets_an_address: int = 500


class Door:
    """Counts who is inside and turns away who may not come in. `origins`: the pages that may open a socket, exactly."""

    def __init__(self, *, identify: Identify, origins: frozenset[str], limits: Limits, counters: Counters) -> None:
        self._identify, self._origins, self._limits, self._counters = identify, origins, limits, counters
        self._accounts = Trouble("accounts")
        self._inside = 0
        self._from: Counter[str] = Counter()

    def arrived(self, connection: LiveConnection) -> None:
        """Let a line in while there is room; one that is not let in is told so when it asks."""
        address, limits = connection.address, self._limits
        if self._inside < limits.sockets and self._from[address] < limits.sockets_an_address:
            connection.admitted, connection.counted_at = True, address
            self._inside += 1
            self._from[address] += 1

    def left(self, connection: LiveConnection) -> None:
        """Make room again."""
        if connection.admitted:
            self._inside -= 1
            self._from[connection.counted_at] -= 1
            if not self._from[connection.counted_at]:
                del self._from[connection.counted_at]

    async def answer(self, connection: LiveConnection, request: Request) -> Response | None:
        """None lets the upgrade go on, with the connection's audience known; else what to answer instead."""
        closed = self._closed_to(connection, request)
        if closed is None:
            closed = await self._introduce(connection, request)
        if closed is None:
            return None
        self._counters.refused[closed.value] += 1
        return _answer(connection, closed)

    async def is_still_let_in(self, connection: LiveConnection) -> bool:
        """Whether the key or session that opened it is still good; while that cannot be looked up, it is."""
        try:
            return await self._audience_of(connection.headers) == connection.audience
        except RecordError:
            return True

    async def _introduce(self, connection: LiveConnection, request: Request) -> Closed | None:
        connection.headers = _single(request)
        try:
            connection.audience = await self._audience_of(connection.headers)
        except RecordError:
            return Closed.NOT_KNOWN_NOW
        return None if connection.audience else Closed.NOT_SIGNED_IN

    async def _audience_of(self, headers: Mapping[str, str]) -> Audience | None:
        """Who the headers belong to, now."""
        try:
            audience = await asyncio.to_thread(self._identify, headers)
        except RecordError as error:
            self._accounts.set("Who is signed in cannot be looked up.", str(error))
            raise
        self._accounts.set(None)
        return audience

    def _closed_to(self, connection: LiveConnection, request: Request) -> Closed | None:
        if not connection.admitted:
            return Closed.TOO_MANY_CONNECTIONS
        if request.path.partition("?")[0] != PATH:
            return Closed.NOT_FOUND
        if request.method != "GET":
            return Closed.METHOD_NOT_ALLOWED
        origins = request.headers.get_all("Origin")  # programs send none; a browser always does
        if origins and (len(origins) > 1 or origins[0] not in self._origins):
            return Closed.OTHER_SITE
        return None


def _single(request: Request) -> dict[str, str]:
    """Headers by their names in lower case; one that is sent twice is taken to be sent by nobody we know."""
    pairs = [(name.lower(), value) for name, value in request.headers.raw_items()]
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}


def _answer(connection: LiveConnection, closed: Closed) -> Response:
    status, title, extra = _SAID[closed]
    body = orjson.dumps({"type": f"/problems/{closed}", "title": title, "status": status.value})
    response = connection.respond(status, body.decode())
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/problem+json"
    for name, value in extra.items():
        response.headers[name] = value
    return response
