"""A push server on a port of its own, in the test's loop, and clients for it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.live.door import Limits
from api.live.hub import DeskState, Hub
from api.live.server import EndingsSince, LiveServer
from api.memory_view import MemoryView
from api.view import View
from schemas.audiences import Audience, Role
from tests.builders_client import Picture, apply_frame
from tests.builders_push import AREA, AT, OPERATIONS, update

ORIGIN = "http://127.0.0.1:8000"
KEYS = {
    "Bearer ops": Audience(role=Role.OPERATIONS),
    "Bearer group": Audience(role=Role.GROUP),
    "Bearer door": Audience(role=Role.BUSINESS, subject="blue-door"),
}
WITHIN_S = 30.0


def identify(headers: Mapping[str, str]) -> Audience | None:
    """Three keys, and one cookie."""
    if headers.get("cookie") == "nightdesk=good":
        return Audience(role=Role.OPERATIONS)
    return KEYS.get(headers.get("authorization", ""))


@asynccontextmanager
async def live_server(
    view: View,
    *,
    limits: Limits | None = None,
    identify: Callable[[Mapping[str, str]], Audience | None] = identify,
    recheck_every_s: float = 60.0,
    endings_since: EndingsSince = lambda last: (last or 0, ()),
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[tuple[Hub, LiveServer]]:
    """A server that is stopped at the end."""
    clock = asyncio.get_running_loop().time if clock is None else clock
    hub = Hub(AREA, view=view, desk=lambda: DeskState(at=AT, state="live"), clock=clock)
    hub.show()
    server = LiveServer(
        hub,
        identify=identify,
        origins=frozenset({ORIGIN}),
        host="127.0.0.1",
        port=0,
        limits=limits,
        recheck_every_s=recheck_every_s,
        endings_since=endings_since,
    )
    await server.start()
    try:
        yield hub, server
    finally:
        await server.stop()


def dial(server: LiveServer, key: str | None = "ops", **more: Any) -> connect:
    """A client's connection; `key` None sends none."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    headers |= more.pop("headers", {})
    return connect(f"ws://127.0.0.1:{server.port}/live", additional_headers=headers, compression=None, **more)


async def subscribe(client: ClientConnection, topic: str = OPERATIONS, held: Picture | None = None) -> None:
    ask: dict[str, Any] = {"op": "subscribe", "topic": topic}
    if held is not None:
        ask |= {"epoch": held.e, "seq": held.s}
    await client.send(orjson.dumps(ask).decode())


async def hear(client: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(WITHIN_S):
        frame: dict[str, Any] = orjson.loads(await client.recv())
    return frame


async def closed_with(client: ClientConnection) -> int | None:
    """The code that the server closes with, whatever it still sends before."""
    async with asyncio.timeout(WITHIN_S):
        async for _ in client_frames(client):
            pass
    return client.close_code


async def client_frames(client: ClientConnection) -> AsyncIterator[str | bytes]:
    """Frames until the socket is closed, in whatever way."""
    try:
        while True:
            yield await client.recv()
    except ConnectionClosed:
        return


async def follow_to(client: ClientConnection, seq: int, picture: Picture | None = None) -> Picture:
    """The picture once it has reached a seq."""
    picture = Picture() if picture is None else picture
    while picture.s < seq:
        picture = apply_frame(picture, await hear(client))
        assert picture.standing != "lost"
    return picture


async def until(is_true: Callable[[], bool]) -> None:
    """Wait for a condition of this process, turn by turn of the loop."""
    async with asyncio.timeout(WITHIN_S):
        while not is_true():
            await asyncio.sleep(0.001)


def put(view: MemoryView, hub: Hub, number: int, pad: int = 10, topic: str = OPERATIONS) -> None:
    """One delta of about `pad` bytes, published."""
    record = {"n": number, "pad": "x" * pad}
    hub.publish(view.put([update(number, str(number % 5), record, topics=(topic,))]))


def raw_socket(server: LiveServer, receive_buffer: int | None = None) -> socket.socket:
    """A TCP socket to the server, nothing sent yet."""
    line = socket.socket()
    line.settimeout(WITHIN_S)
    if receive_buffer is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.connect(("127.0.0.1", server.port))
    return line


def upgrade_request(key: str = "ops", line: str = "GET /live HTTP/1.1", extra: str = "") -> bytes:
    """The bytes of a handshake."""
    return (
        f"{line}\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {key}\r\n{extra}\r\n"
    ).encode()


def masked_text(payload: bytes, opcode: int = 0x01) -> bytes:
    """A client's frame; the mask is all zeros, so the payload stays readable."""
    length = len(payload)
    head = bytes([0x80 | opcode, 0x80 | length]) if length < 126 else bytes([0x80 | opcode, 0xFE]) + length.to_bytes(2)
    return head + b"\x00\x00\x00\x00" + payload
