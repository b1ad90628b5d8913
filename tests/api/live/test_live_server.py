"""The push server with real sockets: following, resuming, refusing, sending away, stopping."""

import asyncio
import random
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from api.live.server import LiveServer
from api.record.errors import RecordUnavailable
from schemas.audiences import Audience, Role
from tests.builders_client import Picture
from tests.builders_live import (
    closed_with,
    dial,
    follow_to,
    hear,
    identify,
    live_server,
    masked_text,
    put,
    raw_socket,
    subscribe,
    until,
    upgrade_request,
)
from tests.builders_push import GROUP, caught_up, memory_view, update

pytestmark = pytest.mark.server


def test_two_clients_hold_the_same_picture_after_one_was_away() -> None:
    async def run() -> None:
        view = memory_view()
        async with live_server(view) as (hub, server), dial(server) as stays:
            await subscribe(stays)
            async with dial(server) as leaves:
                await subscribe(leaves)
                await hear(leaves)
                put(view, hub, 1)
                held = await follow_to(leaves, 1, Picture(e="e1", standing="following"))
            for number in range(2, 6):
                put(view, hub, number)
            async with dial(server) as back:
                await subscribe(back, held=held)
                again = await follow_to(back, 5, held)
            assert await follow_to(stays, 5) == caught_up(view)
            assert again.state["incidents"] == caught_up(view).state["incidents"]
            assert hub.counters.resumes == 1

    asyncio.run(run())


def test_deltas_of_another_thread_arrive_in_order() -> None:
    async def run() -> None:
        view = memory_view()
        async with live_server(view) as (hub, server):
            loop = asyncio.get_running_loop()

            def desk() -> None:
                for number in range(1, 501):
                    deltas = view.put([update(number, record={"n": number})])
                    loop.call_soon_threadsafe(hub.publish, deltas)

            async with dial(server) as client:
                await subscribe(client)
                thread = threading.Thread(target=desk)
                thread.start()
                picture = await follow_to(client, 500)
                await asyncio.to_thread(thread.join)
            assert picture == caught_up(view)

    asyncio.run(run())


def test_a_heartbeat_comes_by_itself() -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server), dial(server) as client:
            await subscribe(client)
            assert [(await hear(client))["t"] for _ in range(3)] == ["snapshot", "heartbeat", "heartbeat"]

    asyncio.run(run())


def test_a_refusal_says_why_and_the_socket_stays_open() -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server), dial(server) as client:
            await subscribe(client, GROUP)
            await client.send(b"\xff\x00binary")
            await client.send("x" * 5_000)
            reasons = [(await hear(client))["reason"] for _ in range(3)]
            assert reasons == ["not_allowed", "not_json", "too_large"]
            await subscribe(client)
            assert (await hear(client))["t"] == "snapshot"

    asyncio.run(run())


def test_a_huge_message_ends_the_socket_before_it_is_read() -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server), dial(server) as client:
            await client.send("x" * 1_000_000)
            assert await closed_with(client) == 1009

    asyncio.run(run())


def test_who_signed_out_is_sent_away_and_the_others_stay() -> None:
    revoked = False

    def with_revocation(headers: Mapping[str, str]) -> Audience | None:
        return None if revoked and headers.get("authorization") == "Bearer group" else identify(headers)

    async def run() -> None:
        nonlocal revoked
        view = memory_view()
        serving = live_server(view, identify=with_revocation, recheck_every_s=0.01)
        async with serving as (hub, server), dial(server) as stays, dial(server, "group") as goes:
            await subscribe(goes, GROUP)
            assert (await hear(goes))["t"] == "snapshot"
            revoked = True
            assert await closed_with(goes) == 1008
            await subscribe(stays)
            assert (await hear(stays))["t"] == "snapshot"
            assert hub.counters.ended == {"signed_out": 1}

    asyncio.run(run())


def test_while_accounts_cannot_be_read_who_is_inside_stays_and_who_comes_is_told_to_come_again() -> None:
    asked = 0
    locked = False

    def locked_now(headers: Mapping[str, str]) -> Audience | None:
        nonlocal asked
        asked += 1
        if locked:
            raise RecordUnavailable(Path("kept.db"), "cannot be read or written (database is locked)")
        return identify(headers)

    async def run() -> None:
        nonlocal locked
        serving = live_server(memory_view(), identify=locked_now, recheck_every_s=0.01)
        async with serving as (hub, server), dial(server) as inside:
            watching = asyncio.create_task(server.watch())
            locked, before = True, asked
            await until(lambda: asked > before + 2)
            with pytest.raises(InvalidStatus) as refusal:
                await dial(server)
            assert refusal.value.response.status_code == 503
            assert b"kept.db" not in (refusal.value.response.body or b"")
            assert hub.counters.refused == {"not_known_now": 1}
            locked = False
            async with dial(server):
                await subscribe(inside)
                assert (await hear(inside))["t"] == "snapshot"
            assert not watching.done(), "a lock is no reason to stop the process"
            watching.cancel()

    asyncio.run(run())


def test_an_ending_that_could_not_be_read_is_read_afterwards_and_others_are_not_looked_up() -> None:
    ended, asked, failures = False, list[str](), [1, 2]

    def looked_up(headers: Mapping[str, str]) -> Audience | None:
        asked.append(headers.get("authorization", ""))
        return None if ended and headers.get("authorization") == "Bearer group" else identify(headers)

    def endings(last: int | None) -> tuple[int, list[Audience]]:
        if ended and failures:
            raise RecordUnavailable(Path("kept.db"), f"is locked for the {failures.pop()}. time")
        return 7, [Audience(role=Role.GROUP)] if ended else []

    async def run() -> None:
        nonlocal ended
        serving = live_server(memory_view(), identify=looked_up, endings_since=endings)
        async with serving as (_, server), dial(server), dial(server, "group") as goes:
            asked.clear()
            ended = True
            assert await closed_with(goes) == 1008
            assert not failures
            assert set(asked) == {"Bearer group"}

    asyncio.run(run())


def test_stopping_says_going_away_and_waits_for_no_dead_client() -> None:
    async def run() -> None:
        view = memory_view()
        loop = asyncio.get_running_loop()
        async with live_server(view) as (hub, server):
            put(view, hub, 1, 3_000_000)
            ask = masked_text(b'{"op":"subscribe","topic":"westminster/operations"}')
            with raw_socket(server, 4_096) as silent, raw_socket(server, 4_096) as clogged:
                await loop.run_in_executor(None, silent.sendall, upgrade_request())
                await loop.run_in_executor(None, clogged.sendall, upgrade_request() + ask)
                await until(lambda: [len(session.places) for session in hub.sessions].count(1) == 1)
                await until(lambda: len(hub.sessions) == 2)
                async with dial(server, "group") as client:
                    began = loop.time()
                    await server.stop()
                    took = loop.time() - began
                    assert await closed_with(client) == 1001
        assert took < 10, "a client that is waited for may take 40 s"
        assert not hub.sessions

    asyncio.run(run())


def test_a_port_in_use_is_said_at_once() -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (hub, server):
            second = LiveServer(hub, identify=identify, origins=frozenset(), host="127.0.0.1", port=server.port)
            with pytest.raises(OSError, match="address already in use"):
                await second.start()
            await second.stop()

    asyncio.run(run())


def test_rubbish_on_the_wire_crashes_nothing() -> None:
    seed, wanted = 20_260_516, 10_000
    dice = random.Random(seed)  # noqa: S311 - repeatable rubbish

    async def one_line(server: LiveServer) -> int:
        """How many frames the server took before it closed the line, as it may."""
        line = raw_socket(server)
        with line:
            line.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(line, upgrade_request())
            await loop.sock_recv(line, 4_096)
            for sent in range(wanted // 10):
                try:
                    await loop.sock_sendall(line, _rubbish_frame(dice))
                except OSError:
                    return sent
        return wanted // 10

    async def run() -> None:
        view, sent = memory_view(), 0
        async with live_server(view) as (hub, server):
            while sent < wanted:
                sent += await one_line(server)
            await until(lambda: not hub.sessions)
            async with dial(server) as client:
                await subscribe(client)
                put(view, hub, 1)
                assert (await follow_to(client, 1)).state["incidents"]["1"]["n"] == 1

    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    asyncio.run(run())


def _rubbish_frame(dice: random.Random) -> bytes:
    """Mostly well-framed rubbish, so that it gets through to the session; now and then a broken frame."""
    if dice.random() < 0.01:
        return dice.randbytes(dice.randrange(1, 40))
    opcode = dice.choice([0x01, 0x01, 0x01, 0x02, 0x09, 0x0A])
    size = dice.randrange(125 if opcode > 0x08 else 6_000)
    body = bytes(dice.choices(b'{}[]":,abc0123 ', k=size)) if opcode == 0x01 else dice.randbytes(size)
    return masked_text(body, opcode)
