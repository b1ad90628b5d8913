"""The view in memory keeps the contract of views, and its own bound of topics."""

import threading

import pytest

from api.memory_view import MemoryView
from api.view import Missed
from tests.builders_client import Picture, fold_frames
from tests.builders_push import GROUP, OPERATIONS, caught_up, epochs, frames_from, memory_view, update
from tests.contracts.view_contract import OpenView, ViewContract


class TestMemoryView(ViewContract):
    @pytest.fixture
    def open_view(self) -> OpenView:
        def open_(realm: str = "live", *, ring_deltas: int = 2_000, ring_bytes: int = 4_000_000) -> MemoryView:
            return MemoryView(epochs(realm), ring_deltas=ring_deltas, ring_bytes=ring_bytes)

        return open_


def test_one_topic_too_many_shows_nothing_and_is_counted() -> None:
    view = memory_view(topics_max=1)
    (delta,) = view.put([update(1, record={"n": 1}, topics=(OPERATIONS, GROUP))])
    assert delta.topic == OPERATIONS
    assert view.resume(GROUP, None, None) is None
    assert view.refused == 2
    assert caught_up(view).s == 1


def test_a_new_view_has_new_epochs_so_nobody_goes_on_from_the_old_one() -> None:
    make = epochs()
    before, after = MemoryView(make), MemoryView(make)
    held = caught_up(before)
    assert not isinstance(after.resume(OPERATIONS, held.e, held.s), Missed)


def test_a_client_in_one_thread_follows_what_another_thread_puts() -> None:
    view, last = memory_view(ring_deltas=50), 2_000
    writer = threading.Thread(target=lambda: [view.put([update(n, str(n % 7), {"n": n})]) for n in range(1, last + 1)])
    writer.start()
    picture = Picture()
    while picture.s < last:
        picture = fold_frames(frames_from(view, OPERATIONS, picture), picture)
        assert picture.standing == "following"
    writer.join()
    assert picture == caught_up(view)
