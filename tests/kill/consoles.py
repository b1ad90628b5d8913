"""Consoles that follow a desk which is killed under them: each comes back by its last epoch and seq."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.builders_client import Picture, apply_frame

TOPIC: Final = "westminster/operations"
KNOCK_EVERY_S: Final = 0.05
_GONE: Final = (OSError, EOFError, TimeoutError, ConnectionClosed, InvalidHandshake)


@dataclass(slots=True, kw_only=True)
class Heard:
    """What a console was sent, over all its lines."""

    lines: int = 0
    snapshots: int = 0
    gaps: int = 0
    deltas: int = 0
    resumed: int = 0
    """Lines on which it went on by deltas alone."""


class Console:
    """One page's side of the socket. `restless` ones also hang up by themselves and come back."""

    def __init__(self, port: int, key: str, rng: Random | None = None) -> None:
        self.picture = Picture()
        self.heard = Heard()
        self.at = ""
        self.desk = ""
        self._url = f"ws://127.0.0.1:{port}/live"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._rng = rng
        self._is_over = False
        self._patience: asyncio.Timeout | None = None
        self._moved = asyncio.Event()

    async def follow(self) -> None:
        """Until `finish`, and then to the end of the line it is on."""
        while not self._is_over:
            with suppress(*_GONE):
                async with connect(
                    self._url, additional_headers=self._headers, compression=None, max_size=None
                ) as line:
                    self.heard.lines += 1
                    await self._listen(line)
            self._patience = None
            await asyncio.sleep(KNOCK_EVERY_S)

    def stay(self) -> None:
        """Hang up no more, also not on the line that it is on."""
        self._rng = None
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(None)

    def finish(self) -> None:
        """Come back no more once the line ends."""
        self._is_over = True

    async def until(self, epoch: str | None, seq: int) -> None:
        """Wait until it has come as far."""
        while (self.picture.e, self.picture.standing) != (epoch, "following") or self.picture.s < seq:
            await self._next_move()

    async def until_at(self, at: str) -> None:
        """Wait until the desk's clock, as it was told, is past a time."""
        while self.at <= at:
            await self._next_move()

    async def _next_move(self) -> None:
        self._moved.clear()
        await self._moved.wait()

    async def _listen(self, line: ClientConnection) -> None:
        held = self.picture
        ask: dict[str, Any] = {"op": "subscribe", "topic": TOPIC}
        if held.e is not None:
            ask |= {"epoch": held.e, "seq": held.s}
        await line.send(orjson.dumps(ask).decode())
        began_anew = False
        async with asyncio.timeout(None if self._rng is None else self._rng.uniform(0.2, 1.5)) as self._patience:
            while True:
                frame = orjson.loads(await line.recv())
                began_anew = began_anew or frame["t"] in ("snapshot", "gap")
                self._take(frame, began_anew=began_anew)

    def _take(self, frame: dict[str, Any], *, began_anew: bool) -> None:
        kind, heard = frame["t"], self.heard
        heard.snapshots += kind == "snapshot"
        heard.gaps += kind == "gap"
        heard.deltas += kind == "delta"
        heard.resumed += kind == "delta" and not began_anew
        assert kind in ("snapshot", "delta", "gap", "heartbeat"), frame
        if kind == "heartbeat":
            self.at, self.desk = frame["at"], frame["desk"]
        self.picture = apply_frame(self.picture, frame)
        assert self.picture.standing != "lost", f"a delta was missed before {kind} {frame['e']}:{frame['s']}"
        self._moved.set()


@asynccontextmanager
async def followed(consoles: Sequence[Console]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Each of them follows meanwhile; afterwards all their lines are closed, not only about to be."""
    tasks = [asyncio.create_task(console.follow()) for console in consoles]
    try:
        yield tasks
    finally:
        for console, task in zip(consoles, tasks, strict=True):
            console.finish()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
