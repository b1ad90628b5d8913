"""How a role runs: until SIGTERM or Ctrl-C, or until one of its parts ends, which ends the process."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from typing import Any

from api.desk_side import Ready
from schemas.health_server import HealthServer
from schemas.meters import Meters
from schemas.settings import Settings


def told_to_stop(stop: threading.Event) -> None:
    """Set an event on SIGTERM and Ctrl-C. Main thread only."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())


def stopped_by_signal() -> asyncio.Event:
    """An event of this loop that SIGTERM and Ctrl-C set."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


async def first_of(works: Sequence[Awaitable[Any]]) -> list["asyncio.Future[Any]"]:
    """Wait until the first of some work ends; all of it, to be looked at and cancelled."""
    ends: list[asyncio.Future[Any]] = [asyncio.ensure_future(work) for work in works]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    return ends


def look_at(ends: Sequence["asyncio.Future[Any]"]) -> None:
    """Raise what ended one of them."""
    for end in ends:
        if end.done() and not end.cancelled():
            end.result()


def answering_at(host: str | None, settings: Settings, meters: Meters) -> Callable[[Ready], closing[HealthServer]]:
    """Says how a process with pages or sockets is on a port for that alone, at `host` or where it listens. HealthTaken.

    Its own port says so too; but that knows only the names that people use, and shows metrics to few.
    """

    def answering(ready: Ready) -> closing[HealthServer]:
        def why_not() -> str | None:
            is_ready, why = ready()
            return None if is_ready else why

        return closing(HealthServer(host or settings.host, settings.health_port, ready=why_not, meters=meters))

    return answering
