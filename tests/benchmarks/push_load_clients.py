"""The clients of push_load: a thousand sockets that find each delta's moment with as little work as can be."""

import asyncio
import socket
import time
from array import array
from typing import Any, Final

from tests.benchmarks.push_load_orders import obey

HANDSHAKE: Final = (
    b"GET /live HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_ASK: Final = b'{"op":"subscribe","topic":"westminster/operations"}'
SUBSCRIBE: Final = b"\x81" + bytes([0x80 | len(_ASK)]) + b"\x00\x00\x00\x00" + _ASK
PONG: Final = b"\x8a\x80\x00\x00\x00\x00"
PATIENCE_S: Final = 30.0
SLOW_RECEIVE_BYTES: Final = 4_096
AT_ONCE: Final = 50


class Client(asyncio.Protocol):
    """One console: takes frames apart, and notes how old each delta is."""

    def __init__(self, ages: "Ages") -> None:
        self._ages = ages
        self._left = b""
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(HANDSHAKE + SUBSCRIBE)

    def data_received(self, data: bytes) -> None:
        data = self._left + data if self._left else data
        start = 0 if self._is_open else self._after_handshake(data)
        while (end := _end_of_frame(data, start)) is not None:
            if data[start] == 0x89:
                self._transport.write(PONG)
            elif data[start] == 0x81:
                self._ages.hear(data[start:end])
            start = end
        self._left = data[start:]

    def _after_handshake(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return len(data)
        assert data.startswith(b"HTTP/1.1 101 "), data[:200]
        self._is_open = True
        return end + 4


class Ages:
    """How old deltas were when they came, nanoseconds."""

    def __init__(self) -> None:
        self.ages = array("q")
        self.snapshots = 0

    def hear(self, frame: bytes) -> None:
        """Look for the moment of publishing, the last field of a delta."""
        now = time.monotonic_ns()
        if b'"t":"delta"' in frame[:20]:
            at = frame.rfind(b'"at":') + 5
            self.ages.append(now - int(frame[at : frame.index(b"}", at)]))
        elif b'"t":"snapshot"' in frame[:24]:
            self.snapshots += 1

    def report(self) -> dict[str, Any]:
        """The usual figures."""
        ages = sorted(self.ages)
        if not ages:
            return {"received": 0, "p50_ms": None, "p99_ms": float("inf"), "max_ms": None}

        def at(share: float) -> float:
            return round(ages[min(len(ages) - 1, int(len(ages) * share))] / 1e6, 2)

        return {"received": len(ages), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0)}


def _end_of_frame(data: bytes, start: int) -> int | None:
    """Where the frame at `start` ends, or None while it is not all there."""
    if len(data) < start + 4:
        return None
    length, head = data[start + 1], 2
    if length == 126:
        length, head = int.from_bytes(data[start + 2 : start + 4]), 4
    elif length == 127:
        length, head = int.from_bytes(data[start + 2 : start + 10]), 10
    end = start + head + length
    return end if end <= len(data) else None


async def connect(port: int, clients: int) -> dict[str, Any]:
    """Open sockets, some at a time, and wait until each has its snapshot."""
    loop, wanted = asyncio.get_running_loop(), ages.snapshots + clients
    for start in range(0, clients, AT_ONCE):
        some = range(min(AT_ONCE, clients - start))
        await asyncio.gather(*(loop.create_connection(lambda: Client(ages), "127.0.0.1", port) for _ in some))
    await _until(lambda: ages.snapshots == wanted)
    return {"connected": ages.snapshots}


async def connect_slow(port: int, clients: int) -> dict[str, Any]:
    """Open sockets that subscribe and never read."""
    loop = asyncio.get_running_loop()
    for _ in range(clients):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_RECEIVE_BYTES)
        line.setblocking(False)
        await loop.sock_connect(line, ("127.0.0.1", port))
        await loop.sock_sendall(line, HANDSHAKE + SUBSCRIBE)
        slow.append(line)
    return {"connected": len(slow)}


async def start() -> dict[str, Any]:
    """Forget what was heard so far."""
    ages.ages = array("q")
    return {}


async def report(wanted: int) -> dict[str, Any]:
    """The ages of all deltas, once they are there (or patience ends)."""
    await _until(lambda: len(ages.ages) >= wanted)
    return ages.report()


async def _until(is_true: Any) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    while not is_true() and loop.time() < until:
        await asyncio.sleep(0.05)


ages = Ages()
slow: list[socket.socket] = []

if __name__ == "__main__":
    obey({"connect": connect, "connect_slow": connect_slow, "start": start, "report": report})
