"""The feeds of a running desk: told to stop, at their desk's end, and when something happens that nobody foresaw."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from ingest.desk_port import DeskPort
from ingest.feeding import Records
from ingest.feeds import Feeds
from ingest.patience import WAITING
from ingest.replaying import Nobody
from schemas.area import Area
from schemas.dead_letters import Asked
from schemas.reference import load_area
from schemas.times import Instant
from tests.builders_ingest import SBN, csv_of, sbn_row
from tests.builders_running import until


class DeskEnded(Exception):
    """The desk is over."""


class NoLetters:
    """Nothing was refused."""

    def retries(self, limit: int = 500) -> list[Asked]:
        return []

    def back_in(self, ids: list[str]) -> None:
        assert ids == []


class House:
    """Feeds whose desk does what a test says."""

    def __init__(
        self,
        submit: Callable[[Records], int],
        area: Area | None = None,
        known: Callable[[str], int] = lambda _: 0,
        clock: Callable[[], int] = lambda: 0,
    ) -> None:
        self.stop = threading.Event()
        self.asked = 0
        self._does = submit
        desk = DeskPort(
            area=area or load_area(), submit=self._submit, known=known, clock=clock, keeper=Nobody(),
            words=Nobody(), count=lambda *_: None,
        )  # fmt: skip
        self.feeds = Feeds(
            desk, letters=NoLetters(), now=lambda: 1, clock=lambda: 0.0, stop=self.stop,
            passes=(BlockingIOError,), over=(DeskEnded,),
        )  # fmt: skip

    def _submit(self, records: Records, tick_to: Instant | None = None) -> int:
        self.asked += 1
        return self._does(records)


@pytest.mark.parametrize(("error", "said"), [(DeskEnded(), False), (ZeroDivisionError(), True)])
def test_whatever_ends_a_feed_it_waits_for_the_end_and_says_what_is_wrong(error: Exception, said: bool) -> None:
    def fail(_: Records) -> int:
        raise error

    house = House(fail)
    with ThreadPoolExecutor() as pool:
        playing = pool.submit(house.feeds.play, 7, 60.0)
        until(lambda: house.asked > 0, "asked")
        if said:
            until(lambda: house.feeds.trouble.text is not None, "said")
        assert not playing.done()
        house.stop.set()
        assert playing.result(20) is None
    assert (house.feeds.trouble.text is not None) is said


@pytest.mark.parametrize(
    ("nights", "rule"),
    [
        ({"opens": time(22)}, "'An alarm storm along the Strand' at 20:41 lies outside the night of 2026-05-16"),
        ({"weekdays": (2,)}, "the demo plays 2026-05-16, which is not an operating night of Westminster"),
    ],
    ids=["late", "wednesdays"],
)
def test_a_demo_that_an_area_cannot_play_is_refused_before_it_begins(nights: dict[str, Any], rule: str) -> None:
    area = load_area()
    house = House(len, replace(area, nights=replace(area.nights, **nights)))
    with pytest.raises(ValueError, match=rule):
        house.feeds.play(7, 60.0)


def test_a_demo_waits_for_a_desk_that_cannot_say_how_far_it_is() -> None:
    answers: list[Exception] = [BlockingIOError(), BlockingIOError(), BlockingIOError()]

    def far(*_: str) -> int:
        if answers:
            raise answers.pop()
        return 0

    def submit(_: Records) -> int:
        raise DeskEnded

    house = House(submit, known=far, clock=far)
    with ThreadPoolExecutor() as pool:
        playing = pool.submit(house.feeds.play, 7, 60.0)
        try:
            until(lambda: house.asked > 0 or house.feeds.trouble.text not in {None, WAITING}, "it has begun")
            assert house.feeds.trouble.text is None
        finally:
            house.stop.set()
        assert playing.result(20) is None


def test_a_folder_of_other_things_is_refused_before_anything_is_moved(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(ValueError, match="holds thesis"):
        House(len).feeds.follow(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_desk_that_cannot_take_it_now_is_asked_again(tmp_path: Path) -> None:
    answers: list[Exception] = [BlockingIOError(), BlockingIOError()]
    taken: list[int] = []

    def submit(records: Records) -> int:
        if answers:
            raise answers.pop()
        taken.append(len(records))
        return 0

    house = House(submit)
    (tmp_path / "sbn").mkdir()
    (tmp_path / "sbn" / "night.csv").write_bytes(csv_of(SBN, sbn_row()))
    with ThreadPoolExecutor() as pool:
        following = pool.submit(house.feeds.follow, tmp_path)
        until((tmp_path / "done" / "night.csv").exists, "read")
        house.stop.set()
        assert following.result(20) is None
    assert 1 in taken
    assert house.feeds.trouble.text is None
