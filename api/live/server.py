"""The push server: a port of its own, the path /live, a session for each socket that the door lets in."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, cast

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from api.live.connection import LiveConnection
from api.live.door import Door, Identify, Limits
from api.live.hub import HEARTBEAT_EVERY_S, Hub
from api.live.outlet import UNSENT_LOW, UNSENT_MAX
from api.live.probes import Probes
from api.record.errors import RecordError
from schemas.audiences import Audience

RECHECK_EVERY_S: Final = 60.0
"""How long a socket may outlive a session whose time is over."""
MESSAGE_BYTES_MAX: Final = 16 * 1024
"""A message past 4 KiB is refused; one past this ends the socket (1009) before it is read to its end."""
LOOK_EVERY_S: Final = 0.25
"""How often it is asked whose keys or sessions ended: theirs are looked up again at once."""
STOP_S: Final = 0.9
BACKLOG: Final = 1_024


EndingsSince = Callable[[int | None], tuple[int, Collection[Audience]]]
"""A mark, and whose keys or sessions ended since another; may read a database: it runs in a thread. RecordError."""


def _nobodys(last: int | None) -> tuple[int, Collection[Audience]]:
    return last or 0, ()


class LiveServer:
    """Serves one hub. `origins` are the exact origins of the pages that may connect."""

    def __init__(
        self,
        hub: Hub,
        *,
        identify: Identify,
        origins: frozenset[str],
        host: str,
        port: int,
        limits: Limits | None = None,
        endings_since: EndingsSince = _nobodys,
        probes: Probes | None = None,
        recheck_every_s: float = RECHECK_EVERY_S,
    ) -> None:
        self._hub, self._host, self._wanted_port = hub, host, port
        self._door = Door(identify=identify, origins=origins, limits=limits or Limits(), counters=hub.counters)
        self._probes = probes
        self._endings_since, self._recheck_every_s = endings_since, recheck_every_s
        self._sockets: dict[LiveConnection, None] = {}
        self._server: Server | None = None
        self._rounds: list[asyncio.Task[None]] = []

    @property
    def port(self) -> int:
        """The port that it listens on; known once started."""
        if self._server is None:
            raise RuntimeError("the push server has no port before it is started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. OSError: the port is taken, or is not ours to take.

        What ends from now on is seen, however soon after somebody came.
        """
        last = await self._endings_so_far()
        made = partial(LiveConnection, self._door.arrived, self._door.left)
        self._server = await serve(
            self._serve,
            self._host,
            self._wanted_port,
            create_connection=cast(type[ServerConnection], made),
            process_request=self._process_request,
            compression=None,
            server_header=None,
            open_timeout=5,
            ping_interval=20,
            ping_timeout=40,
            close_timeout=STOP_S,
            max_size=MESSAGE_BYTES_MAX,
            max_queue=16,
            write_limit=(UNSENT_MAX, UNSENT_LOW),
            backlog=BACKLOG,
        )
        self._rounds = [asyncio.create_task(work) for work in (self._beat(), self._recheck(), self._look(last))]

    async def watch(self) -> None:
        """Return when stopped; raise what broke the heartbeat or the recheck, which should stop the process."""
        done, _ = await asyncio.wait(self._rounds, return_when=asyncio.FIRST_COMPLETED)
        for finished in done:
            if not finished.cancelled():
                finished.result()

    async def stop(self) -> None:
        """Close every socket with 1001; those that have not answered within STOP_S are dropped."""
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        if self._server is None:
            return
        self._server.close()
        if not await _within(STOP_S, self._server.wait_closed()):
            for connection in list(self._sockets):
                connection.abort()
            await self._server.wait_closed()

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        asking = cast(LiveConnection, connection)
        answer = None if self._probes is None else self._probes.answer(asking, request)
        return answer or await self._door.answer(asking, request)

    async def _serve(self, connection: ServerConnection) -> None:
        """One socket, from the end of its handshake to its own end."""
        socket = cast(LiveConnection, connection)
        if socket.audience is None:
            raise RuntimeError("a socket was opened that the door did not let in")
        session = self._hub.join(socket, socket.audience)
        socket.has_room = session.feed
        self._sockets[socket] = None
        try:
            async for message in socket:
                await socket.until_room()
                session.receive(message.encode() if isinstance(message, str) else message)
        except (ConnectionClosed, OSError):
            pass  # the client is gone; it will say so by coming back
        finally:
            self._hub.leave(session)
            del self._sockets[socket]

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY_S)
            self._hub.beat()

    async def _recheck(self) -> None:
        """Now and then look everybody up: a session may have ended by its time."""
        while True:
            await asyncio.sleep(self._recheck_every_s)
            await self._send_away(list(self._sockets))

    async def _endings_so_far(self) -> int | None:
        """Where the list of endings stands; None: it cannot be read now, and is read from when it can."""
        with suppress(RecordError):
            last, _ = await asyncio.to_thread(self._endings_since, None)
            return last
        return None

    async def _look(self, last: int | None) -> None:
        """Send away at once who signed out or whose key was revoked, be it by another process."""
        while True:
            with suppress(RecordError):  # the door says so; what ended meanwhile is still to be read afterwards
                last, whose = await asyncio.to_thread(self._endings_since, last)
                await self._send_away([socket for socket in self._sockets if socket.audience in whose])
            await asyncio.sleep(LOOK_EVERY_S)

    async def _send_away(self, sockets: Sequence[LiveConnection]) -> None:
        """End those of these sockets whose key or session is no good any more."""
        for socket in sockets:
            if not await self._door.is_still_let_in(socket):
                self._hub.counters.ended["signed_out"] += 1
                if not await _within(STOP_S, socket.close(CloseCode.POLICY_VIOLATION, "signed out")):
                    socket.abort()


async def _within(seconds: float, ending: Coroutine[None, None, None]) -> bool:
    """Whether it ended in time."""
    try:
        async with asyncio.timeout(seconds):
            await ending
    except TimeoutError:
        return False
    return True
