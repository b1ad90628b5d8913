"""A worker dies and does not come back for a while: pages that are open say so and how old they are, then go on."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders_consoles import Beat, console
from tests.builders_engine import Engine
from tests.builders_faces import SAVED, file_dropped, recovers

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]
TICK_S = 5.0
TOLD_WITHIN_S = 15.0 + 2.0 + 2.0
"""Silent for 15 s, a heartbeat each 2 s, and a busy machine."""


@contextmanager
def dying(engine: Engine, role: str) -> Iterator[None]:
    """Kill it, and whoever is started in its place, until the block ends."""
    over = threading.Event()

    def kill() -> None:
        while not over.is_set():
            engine.kill(role)
            over.wait(0.05)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def age_of(beat: Beat) -> int:
    """The seconds that a page is told."""
    found = re.search(r"(\d+) s", beat.why or "")
    assert found is not None, beat
    return int(found[1])


def test_an_open_page_says_catching_up_with_its_age_and_is_right_again_by_itself(engine: Engine) -> None:
    with console(engine.ports["push"], engine.key("operations")) as page:
        page.until_told("live")
        assert engine.report("death-before").status == 201
        with dying(engine, "worker"):
            died_at = time.monotonic()
            meanwhile = engine.report("death-during")
            assert (meanwhile.status, meanwhile.body["advice"]) == (202, [SAVED])
            file = file_dropped(engine, "death-file")
            first = page.until_told("catching_up", "The desk has not been heard for")
            assert first.at - died_at < TOLD_WITHIN_S
            for beat in (first, page.until_told("catching_up", "The desk has not been heard for")):
                dead_s = beat.at - died_at
                assert dead_s - 2 <= age_of(beat) <= dead_s + TICK_S + 2, "counted from the desk's last word"
            assert page.is_open
        recovers(engine, page, ["death-before", "death-during"], [file])


def test_a_worker_that_is_told_to_stop_says_so_at_once(engine: Engine, tmp_path: Path) -> None:
    with console(engine.ports["push"], engine.key("operations")) as page:
        page.until_told("live")
        engine.stop("worker")
        with dying(engine, "worker"):
            told = page.until_told("catching_up", "The desk is catching up. What you see is")
            assert age_of(told) < TOLD_WITHIN_S
        recovers(engine, page, [])
