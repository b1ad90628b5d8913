"""Clients that do not read, on real sockets: nobody else waits for them, and they come right when they read again."""

import asyncio
import socket
from collections.abc import Awaitable

import pytest
from websockets.asyncio.client import ClientConnection

from api.live.hub import Hub
from api.live.outlet import UNSENT_MAX
from api.live.server import LiveServer
from api.live.session import STUCK_S
from tests.builders_client import Picture, apply_frame
from tests.builders_live import (
    WITHIN_S,
    dial,
    follow_to,
    hear,
    live_server,
    masked_text,
    put,
    raw_socket,
    subscribe,
    until,
    upgrade_request,
)
from tests.builders_push import OPERATIONS, Clock, caught_up, memory_view

pytestmark = pytest.mark.server

DELTAS = 400
PAD = 4_000


async def not_reading(server: LiveServer) -> ClientConnection:
    """A client of the library whose small window fills soon: it reads one message ahead, no more."""
    line = raw_socket(server, receive_buffer=4_096)
    client = await dial(server, sock=line, max_queue=1)
    await subscribe(client)
    await hear(client)
    return client


@pytest.mark.parametrize("ring_deltas", [2_000, 10], ids=["inside the ring", "outside the ring"])
def test_a_slow_client_delays_nobody_and_comes_right_when_it_reads(ring_deltas: int) -> None:
    async def run() -> None:
        view = memory_view(ring_deltas=ring_deltas)
        async with live_server(view) as (hub, server), dial(server) as quick:
            await subscribe(quick)
            await hear(quick)
            slow = await not_reading(server)
            held = Picture(e="e1", standing="following")
            for number in range(1, DELTAS + 1):
                put(view, hub, number, PAD)
                held = await follow_to(quick, number, held)
            assert hub.counters.skipped == 1, "the slow one was skipped once, and is not tried again until it reads"
            caught = await follow_to(slow, DELTAS, Picture(e="e1", standing="following"))
            assert caught.state["incidents"] == held.state["incidents"] == caught_up(view).state["incidents"]
            assert (hub.counters.gaps, hub.counters.resumes > 0) == ((0, True) if ring_deltas > DELTAS else (1, False))
            put(view, hub, DELTAS + 1)
            assert (await follow_to(slow, DELTAS + 1, caught)).standing == "following"
            await slow.close()

    asyncio.run(run())


def test_what_waits_for_a_slow_client_is_bounded_whatever_is_published() -> None:
    async def run() -> None:
        view = memory_view()
        async with live_server(view) as (hub, server):
            line = await a_dead_line(server)
            await until(lambda: somebody_follows(hub))
            (session,) = hub.sessions
            for number in range(1, DELTAS + 1):
                put(view, hub, number, 10 * PAD)
                assert session._outlet.unsent < UNSENT_MAX + 11 * PAD
            line.close()

    asyncio.run(run())


async def in_time(sending: Awaitable[None]) -> bool:
    """False once the line takes no more: the server has stopped reading."""
    try:
        async with asyncio.timeout(1.0):
            await sending
    except TimeoutError:
        return False
    return True


def somebody_follows(hub: Hub) -> bool:
    return any(OPERATIONS in session.places for session in hub.sessions)


async def a_dead_line(server: LiveServer) -> socket.socket:
    """A raw client that subscribes and never reads."""
    line = raw_socket(server, receive_buffer=4_096)
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    ask = masked_text(b'{"op":"subscribe","topic":"westminster/operations"}')
    await loop.sock_sendall(line, upgrade_request() + ask)
    return line


def test_a_client_that_pings_and_does_not_read_fills_no_memory() -> None:
    async def run() -> None:
        view = memory_view()
        async with live_server(view) as (hub, server):
            line = await a_dead_line(server)
            await until(lambda: len(hub.sessions) == 1)
            (session,) = hub.sessions
            loop, pings = asyncio.get_running_loop(), masked_text(b"p" * 125, 0x09) * 1_000
            sent = 0
            while sent < 200 and await in_time(loop.sock_sendall(line, pings)):
                sent += 1
            assert sent < 200, "26 MB of pings were read, and their pongs kept"
            assert session._outlet.unsent < UNSENT_MAX + 512 * 1_024
            line.close()

    asyncio.run(run())


def test_a_stuck_client_is_given_up_after_a_minute() -> None:
    async def run() -> None:
        view, clock = memory_view(), Clock()
        async with live_server(view, clock=clock) as (hub, server):
            line = await a_dead_line(server)
            await until(lambda: somebody_follows(hub))
            for number in range(1, DELTAS + 1):
                put(view, hub, number, PAD)
            hub.beat()
            clock.now += STUCK_S + 1
            hub.beat()
            assert hub.counters.ended == {"stuck": 1}
            await until(lambda: not hub.sessions)
            line.close()

    asyncio.run(run())


def test_a_snapshot_of_megabytes_reaches_every_client_whole() -> None:
    async def run() -> None:
        view = memory_view()
        async with live_server(view) as (hub, server):
            put(view, hub, 1, 3_000_000)
            async with dial(server, max_size=None) as first, dial(server, max_size=None) as second:
                for client in (first, second):
                    await subscribe(client)
                for number in range(2, 30):
                    put(view, hub, number)
                pictures = []
                for client in (first, second):
                    picture = Picture()
                    async with asyncio.timeout(WITHIN_S):
                        while picture.s < 29:
                            picture = apply_frame(picture, await hear(client))
                    pictures.append(picture)
                assert pictures[0] == pictures[1] == caught_up(view)
            assert hub.counters.skipped == 0

    asyncio.run(run())
