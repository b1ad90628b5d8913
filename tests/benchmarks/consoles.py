"""The consoles of a load: a process of their own that reads a thousand sockets with as little work as can be."""

import multiprocessing
import re
import select
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final, Self

SOCKETS_AN_ADDRESS: Final = 400
"""Fewer than push lets in from one."""
WITHIN_S: Final = 30.0
OTHERS_S: Final = 1.0
READ_BYTES: Final = 1024 * 1024
_TURN_S: Final = 0.05
_ID: Final = re.compile(rb"sbn:00000000-0000-4000-8000-([0-9]{12}):0")
_CARRY: Final = 48
_ASK: Final = b'{"op":"subscribe","topic":"westminster/operations"}'
_SUBSCRIBE: Final = b"\x81" + bytes([0x80 | len(_ASK)]) + b"\x00\x00\x00\x00" + _ASK
Shown = list[dict[int, float]]
"""By console: when each report was first there, on the machine's monotonic clock."""


class Consoles:
    """So many consoles with a key's picture. Entered once each has it."""

    def __init__(self, port: int, key: str, number: int) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._line, others = spawning.Pipe()
        self._process = spawning.Process(target=_listen, args=(others, port, key, number), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        assert self._line.poll(WITHIN_S), "the consoles were not shown the picture"
        self._line.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def shown(self, number: int) -> Shown:
        """What all were shown, a second after the first one was shown so many reports, or it gave up waiting.

        To look for them is heavy work, and is done then.
        """
        ends = time.monotonic() + WITHIN_S
        while self._asked(0) < number and time.monotonic() < ends:
            time.sleep(_TURN_S)
        time.sleep(OTHERS_S)
        self._line.send(None)
        shown: Shown = self._line.recv()
        return shown

    def _asked(self, console: int) -> int:
        self._line.send(console)
        found: int = self._line.recv()
        return found


class _Console:
    """One socket, and what came when."""

    def __init__(self, port: int, key: str, number: int) -> None:
        self.at: dict[int, float] = {}
        self.came: list[tuple[float, bytes]] = []
        self._carry = b""
        address = f"127.0.0.{2 + number // SOCKETS_AN_ADDRESS}"
        self.line = socket.create_connection(("127.0.0.1", port), WITHIN_S, source_address=(address, 0))
        hello = (
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {key}\r\n\r\n"
        )
        self.line.sendall(hello.encode() + _SUBSCRIBE)
        while b'"t":"snapshot"' not in self._carry:
            data = self.line.recv(READ_BYTES)
            assert data, self._carry
            self._carry += data
        self.line.setblocking(False)

    def look(self) -> int:
        """Look for reports in what came since; how many there are in all."""
        came, self.came = self.came, []
        for at, data in came:
            for found in _ID.finditer(self._carry + data):
                self.at.setdefault(int(found[1]), at)
            self._carry = data[-_CARRY:]
        return len(self.at)


def _listen(line: Connection, port: int, key: str, number: int) -> None:
    consoles = [_Console(port, key, one) for one in range(number)]
    by_file: Mapping[int, _Console] = {console.line.fileno(): console for console in consoles}
    polled, orders = select.epoll(), line.fileno()
    for file in (orders, *by_file):
        polled.register(file, select.EPOLLIN)
    line.send(number)
    while True:
        for file, _ in polled.poll():
            if file != orders:
                console = by_file[file]
                data = console.line.recv(READ_BYTES)
                console.came.append((time.monotonic(), data))
                if not data:  # push has closed it; what it was not shown is counted
                    polled.unregister(file)
                continue
            with suppress(BrokenPipeError):
                asked = line.recv()
                line.send(consoles[asked].look() if asked is not None else [one.look() and one.at for one in consoles])
