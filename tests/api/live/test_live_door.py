"""Who may open a socket: every refusal is given before the upgrade, as JSON with a reason."""

import asyncio
from typing import Any

import orjson
import pytest
from websockets.exceptions import InvalidStatus

from api.live.door import Limits
from api.live.server import LiveServer
from tests.builders_live import ORIGIN, dial, hear, live_server, raw_socket, subscribe, until, upgrade_request
from tests.builders_push import memory_view

pytestmark = pytest.mark.server


async def turned_away(connecting: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(InvalidStatus) as refusal:
        await connecting
    response = refusal.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, orjson.loads(response.body or b"")


async def answer_to(server: LiveServer, request: bytes) -> bytes:
    """The first bytes of the answer to a request."""
    line = raw_socket(server)
    with line:
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(line, request)
        return await asyncio.wait_for(loop.sock_recv(line, 4_096), 10)


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_stranger_is_turned_away(key: str | None) -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (hub, server):
            status, problem = await turned_away(dial(server, key))
            assert (status, problem["type"]) == (401, "/problems/not_signed_in")
            assert hub.counters.refused == {"not_signed_in": 1}

    asyncio.run(run())


def test_the_session_cookie_is_as_good_as_a_key() -> None:
    async def run() -> None:
        headers = {"Cookie": "nightdesk=good", "Origin": ORIGIN}
        async with live_server(memory_view()) as (_, server), dial(server, None, headers=headers) as client:
            await subscribe(client)
            assert (await hear(client))["t"] == "snapshot"

    asyncio.run(run())


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:8001", "https://127.0.0.1:8000", ORIGIN + "/", "null", ""]
)
def test_another_origin_is_turned_away_whoever_it_is(origin: str) -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server):
            status, problem = await turned_away(dial(server, headers={"Origin": origin}))
            assert (status, problem["type"]) == (403, "/problems/other_site")

    asyncio.run(run())


def test_two_origins_are_turned_away_though_one_is_right() -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server):
            request = upgrade_request(extra=f"Origin: {ORIGIN}\r\nOrigin: {ORIGIN}\r\n")
            assert (await answer_to(server, request)).startswith(b"HTTP/1.1 403 ")

    asyncio.run(run())


def test_two_keys_are_nobodys() -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server):
            request = upgrade_request(extra="Authorization: Bearer ops\r\n")
            assert (await answer_to(server, request)).startswith(b"HTTP/1.1 401 ")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /live HTTP/1.1", b"101"),
        ("GET /live?from=page HTTP/1.1", b"101"),
        ("GET / HTTP/1.1", b"404"),
        ("GET /live/ HTTP/1.1", b"404"),
        ("GET /live/../live HTTP/1.1", b"404"),
        ("POST /live HTTP/1.1", b"405"),
        ("GET /live HTTP/1.0", b"505"),
    ],
)
def test_only_get_live_is_there(line: str, status: bytes) -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server):
            assert (await answer_to(server, upgrade_request(line=line))).split(b" ")[1] == status

    asyncio.run(run())


@pytest.mark.parametrize("limits", [Limits(sockets=2), Limits(sockets_an_address=2)])
def test_one_socket_too_many_is_told_to_come_again(limits: Limits) -> None:
    async def run() -> None:
        async with live_server(memory_view(), limits=limits) as (hub, server):
            async with dial(server), dial(server):
                status, problem = await turned_away(dial(server))
                assert (status, problem["type"]) == (503, "/problems/too_many_connections")
            await until(lambda: not hub.sessions)
            async with dial(server) as client:
                await subscribe(client)
                assert (await hear(client))["t"] == "snapshot"

    asyncio.run(run())


@pytest.mark.parametrize(
    "request_", [b"\x00" * 100, b"GET /live\r\n\r\n", b"GET /live HTTP/1.1\r\n\r\n", b"GET " + b"x" * 100_000]
)
def test_what_is_no_handshake_leaves_the_server_well(request_: bytes) -> None:
    async def run() -> None:
        async with live_server(memory_view()) as (_, server):
            line = raw_socket(server)
            with line:
                line.setblocking(False)
                await asyncio.get_running_loop().sock_sendall(line, request_)
                async with dial(server) as client:
                    await subscribe(client)
                    assert (await hear(client))["t"] == "snapshot"

    asyncio.run(run())
