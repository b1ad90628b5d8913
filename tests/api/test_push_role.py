"""Sockets over Redis: many processes show the same, and none of them cares who puts the picture there, or dies."""

import asyncio
import os
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from time import monotonic

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as dial

from api.auth.authenticator import Authenticator
from api.auth.grants import Grant
from api.auth.keys import Keys
from api.push_role import serve_push
from api.record.kept import Kept, open_kept
from api.redis_view.connection import Server, connect
from api.redis_view.mirror import Mirror
from api.redis_view.writer import RedisView
from api.roles.running import answering_at
from api.site_settings import SiteSettings
from schemas.audiences import Role
from schemas.meters import Meters
from schemas.ports import PortTaken
from schemas.settings import Settings
from schemas.told import DeskTold, DeskWord
from tests.builders_client import apply_frame
from tests.builders_live import follow_to, hear, subscribe
from tests.builders_push import AREA, AT, update
from tests.builders_redis import a_realm, a_writer
from tests.builders_running import free_port
from tests.builders_services import StartedRedis, started_redis

pytestmark = pytest.mark.server
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(open_kept(tmp_path / "kept.db")) as found:
        yield found


@pytest.fixture
def server(redis: StartedRedis) -> Iterator[Server]:
    with closing(connect(redis.url, "test")) as found:
        yield found


class Push:
    """A push process without the process."""

    def __init__(self, url: str, realm: str, kept: Kept, port: int | None = None) -> None:
        self.port = free_port() if port is None else port
        self.health_port, meters = free_port(), Meters()
        asked = Settings.from_environ(
            {
                "NIGHTDESK_PORT": str(free_port()),
                "NIGHTDESK_PUSH_PORT": str(self.port),
                "NIGHTDESK_HEALTH_PORT": str(self.health_port),
            }
        )
        settings = SiteSettings.of(asked, realm=realm, version="9", speed=None)
        self.key = Keys(kept, os.urandom).add(Grant(role=Role.OPERATIONS), AT)
        self.stopped = asyncio.Event()
        self.server = connect(url, "push")
        self.mirror = Mirror(self.server, realm, AREA, now=lambda: AT, clock=monotonic)
        self.serving = asyncio.create_task(
            serve_push(
                AREA, settings, self.mirror, authenticator=Authenticator(kept, lambda: AT, os.urandom, secure=False),
                meters=meters, clock=monotonic, stopped=self.stopped,
                answering=answering_at(None, asked, meters),
            )
        )  # fmt: skip

    def dial(self) -> dial:
        headers = {"Authorization": f"Bearer {self.key}"}
        return dial(f"ws://127.0.0.1:{self.port}/live", additional_headers=headers, compression=None)

    async def asks(self, path: str, *, port: int | None = None, host: str = "127.0.0.1") -> tuple[int, str]:
        def ask() -> tuple[int, str]:
            asked = urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}", headers={"Host": host})
            try:
                with DIRECT.open(asked, timeout=10) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        return await asyncio.to_thread(ask)

    async def says(self, word: str, at: str = "/readyz") -> str:
        """Wait until it says that."""
        async with asyncio.timeout(30):
            while word not in (text := (await self.asks(at))[1]):
                await asyncio.sleep(0.05)
        return text

    async def stop(self) -> None:
        self.stopped.set()
        try:
            await self.serving
        finally:
            self.server.close()


@asynccontextmanager
async def pushing(url: str, realm: str, kept: Kept) -> AsyncIterator[Push]:
    push = Push(url, realm, kept)
    try:
        async with asyncio.timeout(30):
            while not push.serving.done():
                try:
                    await push.asks("/healthz")
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    break
        yield push
    finally:
        await push.stop()


def test_two_push_processes_send_the_same_frames(redis: StartedRedis, server: Server, kept: Kept) -> None:
    async def act() -> None:
        realm = a_realm()
        view = a_writer(server, realm)
        async with AsyncExitStack() as stack:
            pushes = [await stack.enter_async_context(pushing(redis.url, realm, kept)) for _ in range(2)]
            clients = [await stack.enter_async_context(push.dial()) for push in pushes]
            for push, client in zip(pushes, clients, strict=True):
                await push.says("ready:")
                await subscribe(client)
                assert (await hear(client))["t"] == "snapshot"
                assert (await hear(client))["t"] == "heartbeat"
            for number in range(1, 30):
                await asyncio.to_thread(view.put, [update(number, str(number % 4), {"n": number})])
            frames = [[await deltas_of(client) for _ in range(29)] for client in clients]
            assert frames[0] == frames[1]
            assert [frame["s"] for frame in frames[0]] == list(range(1, 30))

    asyncio.run(act())


async def deltas_of(client: ClientConnection) -> dict[str, object]:
    """The next delta."""
    while (frame := await hear(client))["t"] == "heartbeat":
        pass
    return frame


def test_a_console_keeps_its_picture_over_the_loss_of_redis_and_gets_the_new_one(tmp_path: Path, kept: Kept) -> None:
    async def act() -> None:
        with started_redis(tmp_path) as own, closing(connect(own.url, "test")) as server:
            realm = a_realm()
            view = a_writer(server, realm)
            view.put([update(1, record={"n": 1})])
            view.say(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=2), AT)
            async with pushing(own.url, realm, kept) as push, push.dial() as client:
                await subscribe(client)
                picture = await follow_to(client, 1)
                assert (await heartbeat(client, "live"))["why"] is None
                await asyncio.to_thread(own.kill)
                beat = await heartbeat(client, "catching_up")
                assert "Redis cannot be reached" in str(beat["why"])
                assert (beat["e"], beat["s"]) == (picture.e, 1)
                assert (await push.asks("/readyz"))[0] == 200, "an old picture is better than none"
                await asyncio.to_thread(own.start)
                after = await asyncio.to_thread(a_writer, server, realm, is_whole=False)
                await asyncio.to_thread(after.put, [update(1, record={"n": 1}), update(2, "b", {"n": 2})])
                await asyncio.to_thread(after.mark_whole)
                while sorted(picture.state["incidents"]) != ["a", "b"]:
                    picture = apply_frame(picture, await hear(client))
                assert picture.e != beat["e"]
                assert picture.standing == "following"

    asyncio.run(act())


async def heartbeat(client: ClientConnection, desk: str) -> dict[str, object]:
    """The next heartbeat that says so of the desk."""
    while (frame := await hear(client)).get("desk") != desk:
        pass
    return frame


def test_a_push_process_without_redis_serves_and_says_why_it_has_nothing(tmp_path: Path, kept: Kept) -> None:
    async def act() -> None:
        with started_redis(tmp_path) as own:
            url, realm = own.url, a_realm()
            own.kill()
            async with pushing(url, realm, kept) as push, push.dial() as client:
                text = await push.says("Redis cannot be reached")
                assert text.startswith("not ready: The live picture cannot be fetched just now")
                assert (await push.asks("/readyz"))[0] == 503
                assert "nightdesk_ready 0.0" in (await push.asks("/metrics"))[1]
                await subscribe(client)
                beat = await heartbeat(client, "catching_up")
                assert (beat["e"], beat["s"]) == ("", 0)
                await asyncio.to_thread(own.start)
                with closing(connect(url, "test")) as server:
                    view = await asyncio.to_thread(a_writer, server, realm)
                    await asyncio.to_thread(view.put, [update(1, record={"n": 1})])
                    assert (await follow_to(client, 1)).state["incidents"] == {"a": {"n": 1}}
                assert (await push.asks("/healthz")) == (200, "alive\n")
                metrics = (await push.asks("/metrics"))[1]
                assert "nightdesk_view_read_total 1.0" in metrics
                assert "nightdesk_ready 1.0" in metrics
                assert "nightdesk_view_age_seconds" in metrics
                assert (await push.asks("/other"))[0] == 404

    asyncio.run(act())


def test_metrics_are_not_for_who_comes_through_a_proxy(redis: StartedRedis, kept: Kept) -> None:
    async def act() -> int:
        async with pushing(redis.url, a_realm(), kept) as push:
            asked = urllib.request.Request(f"http://127.0.0.1:{push.port}/metrics", headers={"X-Forwarded-For": "::1"})
            try:
                await asyncio.to_thread(DIRECT.open, asked)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code
        return 200

    assert asyncio.run(act()) == 404


def test_whoever_asks_its_health_port_by_any_name_is_told_how_it_is(redis: StartedRedis, kept: Kept) -> None:
    async def act() -> None:
        async with pushing(redis.url, a_realm(), kept) as push:
            status, metrics = await push.asks("/metrics", port=push.health_port, host="10.0.0.7:8002")
            assert (status, "nightdesk_ready 0.0" in metrics) == (200, True)
            assert "nightdesk_push_snapshots_total 0.0" in metrics
            assert (await push.asks("/readyz", port=push.health_port))[0] == 503

    asyncio.run(act())


def test_a_port_that_is_taken_is_named(redis: StartedRedis, kept: Kept) -> None:
    async def act() -> None:
        async with pushing(redis.url, a_realm(), kept) as first:
            second = Push(redis.url, a_realm(), kept, port=first.port)
            with pytest.raises(PortTaken, match="--push-port"):
                await second.serving
            second.server.close()

    asyncio.run(act())


def test_what_no_redis_could_mend_ends_the_process(
    redis: StartedRedis, server: Server, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act() -> None:
        realm = a_realm()
        view: RedisView = a_writer(server, realm)
        async with pushing(redis.url, realm, kept) as push:
            await push.says("ready:")
            server.client.xadd(f"nightdesk:{{{realm}:{AREA}}}:deltas:{view.run}", {"rubbish": "x"}, id="1-0")
            with pytest.raises(KeyError):
                await push.serving
            push.serving = asyncio.create_task(asyncio.sleep(0))

    asyncio.run(act())
