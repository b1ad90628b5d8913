"""From the desk's thread to the sockets: nothing before it is shown, all of it then, and no wait without an end."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from time import monotonic

import pytest

from api.announcer import REST_MOST_S, Announcer, AnnouncerClosed, rest_after
from api.memory_view import MemoryView
from api.projector import REST_LEAST_S, Projector
from api.view import Published, Update
from schemas.audiences import Audience, Role
from schemas.picture import Change
from tests.builders_push import AREA, OPERATIONS, Line, a_hub, caught_up, change, epochs


class Breaking(MemoryView):
    """A view that fails at its n-th put."""

    def __init__(self, at: int) -> None:
        super().__init__(epochs())
        self._puts, self._at = count(1), at

    def put(self, updates: Sequence[Update]) -> list[Published]:
        if next(self._puts) >= self._at:
            raise RuntimeError("the view broke")
        return super().put(updates)


class Slow(MemoryView):
    """A view that takes 20 ms for each delta."""

    def put(self, updates: Sequence[Update]) -> list[Published]:
        ends = monotonic() + 0.02
        while monotonic() < ends:
            pass
        return super().put(updates)


class Stage:
    """An announcer in the running loop, with one console that follows operations."""

    def __init__(self, view: MemoryView | None = None) -> None:
        loop = asyncio.get_running_loop()
        self.view = view or MemoryView(epochs())
        self.line = Line()
        hub = a_hub(self.view, is_shown=False)
        session = hub.join(self.line, Audience(role=Role.OPERATIONS))
        session.receive(f'{{"op":"subscribe","topic":"{OPERATIONS}"}}'.encode())
        self.projector = Projector(AREA, view=self.view)
        self.announcer = Announcer(loop, self.projector, hub)

    async def announce(self, *changes: Change) -> None:
        """As the desk does, from another thread."""
        await asyncio.to_thread(self.announcer.announce, changes)

    def seq(self) -> int:
        return caught_up(self.view).s

    def reports(self) -> int:
        """What the newest picture says of incident a."""
        shown = caught_up(self.view).state["incidents"]
        return int(shown["a"]["reports"]) if shown else 0


def test_nothing_goes_out_before_the_desk_is_restored_and_then_the_outcome_at_once() -> None:
    async def act() -> None:
        stage = Stage()
        for offset in range(5):
            await stage.announce(change(offset))
        assert stage.line.heard() == []
        stage.announcer.show()
        await _until(lambda: len(stage.line.frames) == 2)
        snapshot, beat = stage.line.heard()
        assert (snapshot["t"], snapshot["state"]["incidents"]["a"]["reports"]) == ("snapshot", 5)
        assert beat["desk"] == "live", "the news that the desk is live does not wait for the next beat"

    asyncio.run(act())


def test_once_shown_each_change_goes_out_at_most_fifty_times_a_second() -> None:
    async def act() -> None:
        stage, loop = Stage(), asyncio.get_running_loop()
        stage.announcer.show()
        began = loop.time()
        for offset in range(200):
            await stage.announce(change(offset))
        await _until(lambda: stage.reports() == 200)
        assert stage.seq() <= 2 + (loop.time() - began) / REST_LEAST_S

    asyncio.run(act())


def test_rests_grow_with_what_sending_takes_and_are_never_longer_than_a_twentieth_of_a_second() -> None:
    assert [rest_after(sending_s) for sending_s in (0.0, 0.005, 0.01, 0.3)] == [REST_LEAST_S, 0.02, 0.04, REST_MOST_S]


def test_a_delta_that_takes_long_to_send_is_followed_by_a_longer_rest() -> None:
    async def act() -> None:
        stage, loop = Stage(Slow(epochs())), asyncio.get_running_loop()
        stage.announcer.show()
        await stage.announce(change(0))
        await stage.announce(change(1))
        await _until(lambda: stage.reports() == 2)
        sent_at = loop.time()  # the least rest is over by now
        await stage.announce(change(2))
        due = stage.projector.due_at
        assert due is not None
        assert due > sent_at

    asyncio.run(act())


def test_what_the_projector_raises_is_raised_in_the_desk() -> None:
    async def act() -> None:
        stage = Stage(Breaking(at=1))
        stage.announcer.show()
        with pytest.raises(RuntimeError, match="the view broke"):
            await stage.announce(change(0))

    asyncio.run(act())


def test_what_a_planned_flush_raises_ends_the_site() -> None:
    async def act() -> None:
        stage = Stage(Breaking(at=2))
        stage.announcer.show()
        await stage.announce(change(0))
        await stage.announce(change(1))
        async with asyncio.timeout(10):
            with pytest.raises(RuntimeError, match="the view broke"):
                await stage.announcer.failed

    asyncio.run(act())


def test_the_last_word_goes_out_when_it_is_closed() -> None:
    async def act() -> None:
        stage = Stage()
        stage.announcer.show()
        await stage.announce(change(0))
        await stage.announce(change(1))
        stage.announcer.close()
        assert stage.reports() == 2

    asyncio.run(act())


def test_whoever_announces_to_a_closed_one_is_told_and_does_not_wait() -> None:
    async def act() -> Announcer:
        stage = Stage()
        stage.announcer.close()
        with pytest.raises(AnnouncerClosed, match="the site has stopped"):
            await stage.announce(change(0))
        return stage.announcer

    announcer = asyncio.run(act())
    with pytest.raises(AnnouncerClosed, match="closed"):
        announcer.announce([change(0)])


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0)
