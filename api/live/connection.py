"""One socket of the push server: frames are written straight to its transport, and reading waits while it is full."""

import socket
from collections.abc import Callable, Mapping
from typing import Any, Final

from websockets.asyncio.server import Server, ServerConnection
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from schemas.audiences import Audience

SEND_BUFFER_BYTES: Final = 64 * 1024
"""SO_SNDBUF: without it the kernel would take megabytes for a client that does not read, and hide that it does not."""


class LiveConnection(ServerConnection):
    """A client's socket as a session's outlet.

    While more waits than the client may have unsent, nothing is read from it either: a client that asks, or pings,
    and does not read the answers fills its own line and no memory of ours.
    """

    def __init__(
        self,
        arrived: "Callable[[LiveConnection], None]",
        left: "Callable[[LiveConnection], None]",
        protocol: ServerProtocol,
        server: Server,
        **limits: Any,  # those of websockets.serve, handed through
    ) -> None:
        super().__init__(protocol, server, **limits)
        self._arrived, self._left = arrived, left
        self.admitted = False
        self.counted_at = ""
        self.headers: Mapping[str, str] = {}
        self.audience: Audience | None = None
        self.has_room: Callable[[], None] = _nobody_waits
        self._written = 0

    @property
    def address(self) -> str:
        """Where the client is; empty when it has gone already."""
        peer = self.transport.get_extra_info("peername")
        return str(peer[0]) if peer else ""

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return self.transport.get_write_buffer_size()

    @property
    def written(self) -> int:
        """Bytes of our frames, in all."""
        return self._written

    @property
    def is_open(self) -> bool:
        """Whether the handshake is done and neither side has begun to close."""
        return self.protocol.state is OPEN and not self.transport.is_closing()

    def write(self, frame: bytes) -> None:
        """Send without waiting; what the kernel does not take now waits in the transport."""
        self._written += len(frame)
        self.transport.write(frame)

    def abort(self) -> None:
        """Drop the line; what was unsent is lost."""
        self.transport.abort()

    async def until_room(self) -> None:
        """Wait until the client has read enough of what was sent to it."""
        while self.paused:
            self.transport.pause_reading()
            await self.drain()

    def connection_made(self, transport: Any) -> None:
        """asyncio: the line stands, the handshake has not begun."""
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        super().connection_made(transport)
        self._arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the line is gone."""
        super().connection_lost(exc)
        self._left(self)

    def pause_writing(self) -> None:
        """asyncio: more than the high-water mark waits."""
        super().pause_writing()
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """asyncio: no more than the low-water mark waits."""
        super().resume_writing()
        if not self.recv_messages.paused:  # else it is its own queue that is full, and it resumes by itself
            self.transport.resume_reading()
        self.has_room()


def _nobody_waits() -> None:
    """Before the session is there, nothing was sent that could have filled the line."""
