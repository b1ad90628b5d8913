"""The demo's whole night at 300 times its speed, about three minutes: no delta missed, no memory lost, a clean end."""

import signal
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection

from tests.benchmarks.night_replay import GROWTH_MB_MAX, grown_mb, resident_mb
from tests.builders_client import Picture
from tests.soak.demo_desk import STOP_WITHIN_S, console, demo_desk, digest_of, next_frame, operations_key

pytestmark = [pytest.mark.soak, pytest.mark.server, pytest.mark.timeout(900)]
SPEED = 300.0
EARLY = datetime.fromisoformat("2026-05-16T21:00:00Z")
OVER = datetime.fromisoformat("2026-05-17T05:30:00Z")
"""Half an hour after the night closes at 06:00 British Summer Time."""


def follow_until(client: ClientConnection, picture: Picture, when: datetime) -> Picture:
    """Follow every frame until the demo's clock has reached a time; a desk that folded nothing yet tells the wall's."""
    while True:
        frame, picture = next_frame(client, picture)
        if frame["t"] == "heartbeat" and picture.s > 0 and datetime.fromisoformat(str(frame["at"])) >= when:
            return picture


def fresh(port: int, key: str, at_least: int) -> Picture:
    """What a console that comes now holds, once it is as far as another."""
    with console(port, key) as client:
        picture = Picture()
        while picture.standing == "empty" or picture.s < at_least:
            _, picture = next_frame(client, picture)
    return picture


def caught_up(client: ClientConnection, picture: Picture, to: int) -> Picture:
    """Follow to a seq."""
    while picture.s < to:
        _, picture = next_frame(client, picture)
    return picture


def test_the_demo_plays_its_night_through(tmp_path: Path) -> None:
    key = operations_key(tmp_path)
    with demo_desk(tmp_path, SPEED) as (process, port), console(port, key) as client:
        picture = follow_until(client, Picture(), EARLY)
        early_mb = resident_mb(process.pid)
        picture = follow_until(client, picture, OVER)
        end_mb = resident_mb(process.pid)
        assert grown_mb(early_mb, end_mb) <= GROWTH_MB_MAX, f"{early_mb:.0f} MB grew to {end_mb:.0f} MB"
        newcomer = fresh(port, key, picture.s)
        assert_same_picture(caught_up(client, picture, newcomer.s), newcomer)
        assert stopped(process) == 0
    assert len(digest_of(tmp_path)) == 64


def assert_same_picture(followed: Picture, newcomer: Picture) -> None:
    """Stale snapshot and deltas are a fresh snapshot; kinds without records may be left out."""
    assert (followed.e, followed.s) == (newcomer.e, newcomer.s)
    assert {k: v for k, v in followed.state.items() if v} == {k: v for k, v in newcomer.state.items() if v}


def stopped(process: "subprocess.Popen[bytes]") -> int:
    """The exit code after SIGTERM, which must come in time."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=STOP_WITHIN_S)
