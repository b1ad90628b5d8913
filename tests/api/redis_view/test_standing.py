"""How the desk stands as a follower knows it: a word is as old as it says, and from then on ages on our own clock."""

import msgspec
import pytest

from api.live.hub import DeskState
from api.redis_view.connection import ViewUnavailable
from api.redis_view.standing import SILENT_S, Head, Standing, head_of
from schemas.told import DeskTold, DeskWord
from tests.builders_push import AT, Clock

GONE = ViewUnavailable("Redis cannot be reached", "redis://here: no connection")


class Watch:
    """A follower's knowledge on a clock that a test moves; the wall says AT."""

    def __init__(self) -> None:
        self.clock = Clock(100.0)
        self.standing = Standing(now=lambda: AT, clock=self.clock)
        self.heard = self.beat = 0
        self.run = "r"

    def looks(self, said: DeskTold | None = None, *, said_at: int = AT, beats: bool = True, shown: bool = True) -> None:
        self.heard += said is not None
        self.beat += beats
        if said is not None:
            self.desk = msgspec.json.encode(said)
        head = Head(
            run=self.run, number=1, is_whole=True, desk=getattr(self, "desk", None), said_at=said_at, heard=self.heard,
            beat=self.beat,
        )  # fmt: skip
        self.standing.looked(head, is_shown=shown)

    def state(self, after_s: float = 0.0) -> DeskState:
        self.clock.now += after_s
        return self.standing.state()


def told(word: DeskWord = DeskWord.LIVE, trouble: str | None = None) -> DeskTold:
    return DeskTold(word=word, at=AT, next_offset=5, trouble=trouble)


def test_a_desk_that_was_just_heard_is_as_it_said() -> None:
    watch = Watch()
    watch.looks(told())
    assert watch.state(SILENT_S - 1) == DeskState(at=AT, state="live")
    watch.looks(told(trouble="The record is full."))
    assert watch.state() == DeskState(at=AT, state="live", why="The record is full.")
    watch.looks(told(DeskWord.STARTING))
    assert watch.state().state == "catching_up"
    watch.looks(told(DeskWord.STOPPED, "It was stopped."))
    assert watch.state(99.0) == DeskState(at=AT, state="stopped", why="It was stopped.")


def test_a_desk_that_falls_silent_is_named_with_its_age_and_right_again_by_itself() -> None:
    watch = Watch()
    watch.looks(told())
    watch.clock.now += 20.0
    watch.looks()
    state = watch.state(3.0)
    assert state == DeskState(
        at=AT, state="catching_up", why="The desk has not been heard for 23 s. What you see may be old."
    )
    watch.looks(told())
    assert watch.state().state == "live"


def test_without_a_projector_it_is_the_way_here_that_is_broken() -> None:
    watch = Watch()
    watch.looks(told())
    watch.clock.now += 20.0
    watch.looks(beats=False)
    assert watch.state(3.0).why == "Nothing has brought the live picture here for 23 s. What you see may be old."


def test_a_page_opened_during_a_death_knows_its_age_from_the_wall() -> None:
    watch = Watch()
    watch.looks(told(), said_at=AT - 60_000)
    assert watch.state(1.0).why == "The desk has not been heard for 61 s. What you see may be old."


def test_an_old_word_that_comes_late_is_no_sign_that_the_picture_is_of_now() -> None:
    watch = Watch()
    watch.looks(told(), said_at=AT)
    watch.clock.now += 600.0
    watch.looks(told(), said_at=AT - 540_000)
    late = (
        "What the desk tells comes here 540 s late. What you see may be old. "
        "It catches up by itself, unless a machine's clock is wrong."
    )
    assert watch.state() == DeskState(at=AT, state="catching_up", why=late)
    watch.looks(told(trouble="Set the clock."), said_at=AT - 540_000)
    assert watch.state().why == "Set the clock."
    watch.looks(told(), said_at=AT - 540_000)
    watch.clock.now += SILENT_S + 1
    watch.looks()
    assert "The desk has not been heard for 556 s" in str(watch.state().why)
    watch.looks(told(), said_at=AT)
    assert watch.state().state == "live"


def test_clocks_that_differ_a_little_make_nothing_old() -> None:
    watch = Watch()
    watch.looks(told())
    watch.looks(told(), said_at=AT - 14_000)
    assert watch.state(SILENT_S).state == "live"


def test_another_run_is_heard_though_it_counts_from_the_beginning_again() -> None:
    watch = Watch()
    watch.looks(told())
    watch.heard, watch.run = 0, "s"
    watch.looks(told(DeskWord.STOPPED, "It was stopped."))
    assert watch.state().state == "stopped"


def test_a_wall_clock_that_is_ahead_is_not_believed() -> None:
    watch = Watch()
    watch.looks(told(), said_at=AT + 3_600_000)
    assert watch.state(SILENT_S + 1).state == "catching_up"


def test_redis_gone_says_so_and_how_old_the_picture_is() -> None:
    watch = Watch()
    watch.standing.failed(GONE)
    nothing = "The live picture cannot be fetched just now (Redis cannot be reached). It goes on by itself."
    assert watch.state(5.0) == DeskState(at=0, state="catching_up", why=nothing)
    watch.looks(told())
    watch.standing.failed(GONE)
    assert watch.state(7.0).why == f"{nothing} What you see is 7 s old."
    watch.looks(told())
    assert watch.state().state == "live"


def test_what_is_not_there_yet_is_said() -> None:
    watch = Watch()
    watch.standing.looked(None, is_shown=False)
    assert watch.state().why == "Nobody has put a live picture together yet."
    watch.looks(shown=False)
    assert watch.state().why == "The live picture is being put together again. What you see may be old."
    watch.looks(shown=True)
    assert watch.state() == DeskState(at=0, state="catching_up", why="The desk has not been heard yet.")


@pytest.mark.parametrize("fields", [{}, {b"run": b"r"}, {b"n": b"1"}])
def test_half_a_hash_is_no_run(fields: dict[bytes, bytes]) -> None:
    assert head_of(fields) is None
