"""Sockets and pages together: up in one go or not at all, a greeting, a clean end."""

import asyncio
import os
import socket
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from time import monotonic

import orjson
import pytest
from websockets.asyncio.client import connect

from api import http_side
from api.announcer import AnnouncerClosed
from api.auth.grants import Grant
from api.auth.keys import Keys
from api.desk_side import DeskSide
from api.live.hub import DeskState
from api.projector import Projector
from api.record.kept import Kept, open_kept
from api.record.record import open_record
from api.record.rewind import Rewind
from api.site import Site
from api.site_settings import SiteSettings
from schemas.audiences import Role
from schemas.meters import Meters
from schemas.ports import PortTaken
from schemas.reference import load_area
from schemas.settings import Settings
from tests.builders_auth import PASSWORD, SHELL, Accounts, accounts
from tests.builders_incoming import nobody_comes
from tests.builders_postgres import beside
from tests.builders_push import AREA, AT, OPERATIONS, change
from tests.builders_running import free_port

pytestmark = pytest.mark.server
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(open_kept(tmp_path / "kept.db")) as found:
        yield found


def settings_of(**changes: str) -> Settings:
    return Settings.from_environ({f"NIGHTDESK_{name}": value for name, value in changes.items()})


def a_site(kept: Kept, settings: Settings) -> Site:
    def rewind() -> Rewind:
        return open_record(beside(kept.store.place)).history(AREA).rewind

    return Site(
        load_area(AREA), SiteSettings.of(settings, realm="live", version="9.9", speed=None),
        holdings=Accounts(kept=kept).holdings, meters=Meters(), incoming=nobody_comes(kept),
        desk=DeskSide(state=lambda: DeskState(at=AT, state="live"), ready=lambda: (True, ""), rewind=rewind),
        now=lambda: AT, clock=monotonic, random_bytes=os.urandom,
    )  # fmt: skip


@asynccontextmanager
async def open_site(kept: Kept) -> AsyncIterator[tuple[Site, int, str]]:
    """A site that is up, its port, and a key for it."""
    port = free_port()
    key = Keys(kept, os.urandom).add(Grant(role=Role.OPERATIONS), AT)
    site = a_site(kept, settings_of(PORT=str(port)))
    await site.start()
    try:
        yield site, port, key
    finally:
        await site.stop()


def test_what_is_announced_reaches_a_console_and_http_answers(kept: Kept) -> None:
    async def act() -> None:
        async with open_site(kept) as (site, port, key):
            site.show()
            await asyncio.to_thread(site.announce, [change(1)])
            async with connect(f"ws://127.0.0.1:{port + 1}/live", additional_headers=_bearer(key)) as line:
                await line.send(f'{{"op":"subscribe","topic":"{OPERATIONS}"}}')
                async with asyncio.timeout(10):
                    snapshot = orjson.loads(await line.recv())
            assert snapshot["state"]["incidents"]["a"]["reports"] == 2
            answer = await asyncio.to_thread(DIRECT.open, f"http://127.0.0.1:{port}/readyz", timeout=20)
            assert answer.status == 200

    asyncio.run(act())


def test_until_it_is_shown_a_console_hears_that_the_desk_catches_up_and_then_the_whole_picture(kept: Kept) -> None:
    async def act() -> None:
        async with open_site(kept) as (site, port, key):
            await asyncio.to_thread(site.announce, [change(1)])
            async with connect(f"ws://127.0.0.1:{port + 1}/live", additional_headers=_bearer(key)) as line:
                await line.send(f'{{"op":"subscribe","topic":"{OPERATIONS}"}}')
                async with asyncio.timeout(10):
                    beat = orjson.loads(await line.recv())
                    site.show()
                    snapshot = orjson.loads(await line.recv())
            assert (beat["t"], beat["desk"]) == ("heartbeat", "catching_up")
            assert snapshot["state"]["incidents"]["a"]["reports"] == 2

    asyncio.run(act())


def test_a_site_that_starts_again_keeps_the_picture_of_who_comes_back_until_it_has_its_own(kept: Kept) -> None:
    async def act() -> None:
        async with open_site(kept) as (site, port, key):
            async with connect(f"ws://127.0.0.1:{port + 1}/live", additional_headers=_bearer(key)) as line:
                await line.send(f'{{"op":"subscribe","topic":"{OPERATIONS}","epoch":"before","seq":9}}')
                async with asyncio.timeout(10):
                    beat = orjson.loads(await line.recv())
                    site.show()
                    after = [orjson.loads(await line.recv())["t"] for _ in range(3)]
            assert (beat["e"], beat["s"], beat["desk"]) == ("before", 9, "catching_up")
            assert after == ["gap", "snapshot", "heartbeat"]

    asyncio.run(act())


def test_it_stops_while_the_pages_are_still_loading(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    loads, may_load = threading.Event(), threading.Event()

    def load(_: object) -> None:
        loads.set()
        assert may_load.wait(60)

    async def act() -> None:
        async with asyncio.timeout(30), open_site(kept):
            assert await asyncio.to_thread(loads.wait, 20)
        may_load.set()

    monkeypatch.setattr(http_side, "_http_server", load)
    asyncio.run(act())


def test_the_last_change_is_sent_before_the_sockets_close(kept: Kept) -> None:
    async def act() -> list[int]:
        async with open_site(kept) as (site, port, key):
            site.show()
            async with connect(f"ws://127.0.0.1:{port + 1}/live", additional_headers=_bearer(key)) as line:
                await line.send(f'{{"op":"subscribe","topic":"{OPERATIONS}"}}')
                assert orjson.loads(await line.recv())["t"] == "snapshot"
                for offset in range(1, 6):
                    await asyncio.to_thread(site.announce, [change(offset)])
                stopping = asyncio.create_task(site.stop())
                frames = [orjson.loads(frame) async for frame in line]
                await stopping
                assert line.close_code == 1001
        return [frame["up"]["incidents"]["a"]["reports"] for frame in frames if frame["t"] == "delta"]

    assert asyncio.run(act())[-1] == 6


def test_whoever_announces_to_a_stopped_site_is_told(kept: Kept) -> None:
    async def act() -> None:
        async with open_site(kept) as (site, _, _):
            await site.stop()
            with pytest.raises(AnnouncerClosed):
                await asyncio.to_thread(site.announce, [change(1)])

    asyncio.run(act())


@pytest.mark.parametrize(("which", "option"), [(0, "--port"), (1, "--push-port")])
def test_a_port_that_is_taken_is_named_with_the_option_to_change_it(kept: Kept, which: int, option: str) -> None:
    async def act(port: int) -> None:
        site = a_site(kept, settings_of(PORT=str(port)))
        try:
            await site.start()
        finally:
            await site.stop()

    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + which))
        other.listen()
        with pytest.raises(PortTaken, match=rf"127.0.0.1:{port + which}: Address already in use.*{option}\.$"):
            asyncio.run(act(port))
    asyncio.run(act(port))  # nothing of the failed start holds the other port


def test_a_picture_that_cannot_go_out_ends_the_watch(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act() -> None:
        async with open_site(kept) as (site, _, _):
            watching = asyncio.create_task(site.watch())
            monkeypatch.setattr(Projector, "flush", _breaks)
            site.show()
            async with asyncio.timeout(10):
                await watching

    with pytest.raises(ZeroDivisionError):
        asyncio.run(act())


def test_the_greeting_has_the_way_in_until_somebody_came_in(kept: Kept) -> None:
    site = a_site(kept, settings_of(PORT="8000"))
    console, sign_in = site.greeting()
    assert console == "Console: http://127.0.0.1:8000/"
    assert sign_in.startswith("Sign in: http://127.0.0.1:8000/sign-in#token=")


@pytest.mark.parametrize(
    ("given", "page"),
    [
        ({"HOST": "::1", "PORT": "8000"}, "http://[::1]:8000"),
        ({"HOST": "0.0.0.0", "PORT": "80"}, "http://127.0.0.1"),  # noqa: S104 - only named
        ({"HOST": "::", "PORT": "8000"}, "http://[::1]:8000"),
        ({"HOST": "Desk-One", "PORT": "8000"}, "http://desk-one:8000"),
        ({"PUBLIC_ORIGIN": "https://desk.example"}, "https://desk.example"),
    ],
)
def test_the_page_is_named_as_a_browser_writes_it(kept: Kept, given: dict[str, str], page: str) -> None:
    site = a_site(kept, settings_of(**given))
    assert site.addresses[0].page == page
    assert site.greeting()[0] == f"Console: {page}/"


def test_what_listens_everywhere_is_known_by_the_names_of_this_machine(kept: Kept) -> None:
    site = a_site(kept, settings_of(HOST="0.0.0.0", PORT="8000"))  # noqa: S104 - only named
    assert [address.host for address in site.addresses] == ["127.0.0.1:8000", "localhost:8000"]


def test_the_settings_of_a_site_are_the_process_s_own() -> None:
    settings = SiteSettings.of(settings_of(PORT="8100"), realm="live", version="9.9", speed=60.0)
    assert (settings.port, settings.push_port, settings.version, settings.speed) == (8100, 8101, "9.9", 60.0)
    assert settings.pages.name == "pages"


@pytest.mark.parametrize("ended_by", ["revoked", "signed out", "removed", "taken back"])
def test_a_socket_is_closed_at_once_when_its_key_or_session_ends_in_another_process(
    kept: Kept, tmp_path: Path, ended_by: str
) -> None:
    async def act() -> None:
        async with open_site(kept) as (_, port, stays):
            with closing(accounts(tmp_path)) as elsewhere:
                headers, end = _to_be_ended(elsewhere, ended_by)
                address = f"ws://127.0.0.1:{port + 1}/live"
                async with (
                    connect(address, additional_headers=headers) as goes,
                    connect(address, additional_headers=_bearer(stays)) as other,
                ):
                    await asyncio.to_thread(end)
                    async with asyncio.timeout(5):
                        await goes.wait_closed()
                    assert goes.close_code == 1008
                    assert other.state.name == "OPEN"

    asyncio.run(act())


def _to_be_ended(house: Accounts, by: str) -> tuple[dict[str, str], Callable[[], object]]:
    """Headers that are good, and what ends them."""
    house.clock.now = AT
    if by == "revoked":
        key = house.key(Role.GROUP)
        return _bearer(key), lambda: house.keys.revoke(house.keys.listed()[-1].id, AT)
    if by == "taken back":
        signed = house.authenticator.sign_in({}, link=house.enrolment())
    else:
        house.person("ann", Role.GROUP)
        signed = house.authenticator.sign_in({}, name="ann", password=PASSWORD)
    assert signed is not None
    cookie = f"nightdesk={signed.secret}"
    ends: dict[str, Callable[[], object]] = {
        "taken back": lambda: house.authenticator.enrolments.revoke(1, AT, SHELL),
        "removed": lambda: house.authenticator.people.remove("ann", AT, SHELL),
        "signed out": lambda: house.authenticator.sign_out({"cookie": cookie}),
    }
    return {"Cookie": cookie}, ends[by]


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _breaks(*_: object) -> None:
    raise ZeroDivisionError
