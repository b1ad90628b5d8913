"""Bodies are read whole before the route runs, and refused by size before anything parses them."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.problems import Reason, problem

BODY_BYTES_MAX: Final = 64 * 1024
FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Of a vendor's file."""
_FILES: Final = "/api/v1/feeds/"
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SmallBodies:
    """At most BODY_BYTES_MAX, of files FILE_BYTES_MAX, by what is announced and by what comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        most = FILE_BYTES_MAX if scope["path"].startswith(_FILES) else BODY_BYTES_MAX
        body = None if _announced(Headers(scope=scope)) > most else await _read(receive, most)
        if body is None:
            detail = f"A request may have {most // 1024:,} KiB."
            await problem(Reason.TOO_LARGE, detail, {"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return scope["method"] in _UNSAFE or "content-length" in headers or "transfer-encoding" in headers


def _announced(headers: Mapping[str, str]) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else FILE_BYTES_MAX + 1


async def _read(receive: Receive, most: int) -> bytes | None:
    """The whole body, or None as soon as it is too large. A caller that went away leaves what it had sent."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
