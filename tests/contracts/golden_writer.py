"""Golden frames: what the real projector and view send in each case, and the fresh snapshot that a client must come to.

Python (tests/api/test_golden_frames.py) and the page (dashboards/shared/live) fold the same files. When what is sent
changes on purpose: `python -m tests.contracts.golden_writer`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from api.live.frames import plain_frame
from api.memory_view import MemoryView
from api.projector import Projector
from schemas.categories import Category
from schemas.frames import Gap, Heartbeat, Refused
from schemas.picture import Change, Kind
from schemas.times import rfc3339
from tests.builders_client import Picture, fold_frames
from tests.builders_contracts import feed_health, incident, member, night_summary, window
from tests.builders_push import AREA, AT, OPERATIONS, caught_up, change, frames_from, gone

FOLDER: Final = Path(__file__).parent / "golden_frames"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """Frames in the order they came, and what a client must hold after them."""

    name: str
    frames: list[bytes]
    want: Picture

    def as_json(self) -> bytes:
        """The file's text."""
        want = {"state": self.want.state, "e": self.want.e, "s": self.want.s}
        frames = [orjson.loads(frame) for frame in self.frames]
        body = {"name": self.name, "frames": frames, "want": want}
        return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class Story:
    """A desk that goes on, and one client that listens, goes away, and comes back."""

    def __init__(self, epoch: str = "e1", ring_deltas: int = 100) -> None:
        self.view = MemoryView(lambda: epoch, ring_deltas=ring_deltas)
        self.frames: list[bytes] = []
        self._projector = Projector(AREA, view=self.view)
        self._flushes = 0

    def happens(self, *changes: Change) -> list[bytes]:
        """One flush; what operations would be sent."""
        self._projector.apply(changes)
        self._flushes += 1
        deltas = self._projector.flush(float(self._flushes))
        return [delta.frame for delta in deltas if delta.topic == OPERATIONS]

    def hears(self, *changes: Change) -> None:
        """One flush that the client hears."""
        self.frames += self.happens(*changes)

    def connects(self) -> None:
        """The client subscribes with what it holds, and hears what it missed, and that it is up to date."""
        held = fold_frames(self.frames)
        missed = frames_from(self.view, OPERATIONS, held)
        fresh = caught_up(self.view)
        if held.e is not None and b'"t":"snapshot"' in b"".join(missed):
            self.frames.append(plain_frame(Gap(topic=OPERATIONS, e=fresh.e or "", s=fresh.s)))
        self.frames += missed
        self.beats()

    def beats(self) -> None:
        """A heartbeat at the present."""
        fresh = caught_up(self.view)
        beat = Heartbeat(topic=OPERATIONS, e=fresh.e or "", s=fresh.s, at=rfc3339(AT))
        self.frames.append(plain_frame(beat))

    def told(self, name: str) -> Golden:
        """The story as a golden file: what is wanted is what a client sees that comes now for the first time."""
        return Golden(name=name, frames=self.frames, want=caught_up(self.view))


def evening() -> tuple[Change, ...]:
    """One record of each kind."""
    return (
        change(1, "theft", record=incident(member(), id="theft")),
        change(2, "e05-theft-60", kind=Kind.WINDOWS, record=window()),
        change(3, "noise", kind=Kind.FEEDS, record=feed_health()),
        change(4, "2026-05-16", kind=Kind.NIGHT, record=night_summary()),
    )


def _follows_from_an_empty_topic() -> Golden:
    story = Story()
    story.connects()
    for each in evening():
        story.hears(each)
    return story.told("an empty topic fills, one kind after another")


def _comes_to_a_full_topic() -> Golden:
    story = Story()
    story.happens(*evening())
    story.connects()
    story.hears(change(5, "theft", record=incident(member(), member(id="two", severity=4), id="theft")))
    return story.told("a snapshot of every kind, then a record that is replaced whole")


def _sees_records_go() -> Golden:
    story = Story()
    story.happens(*evening())
    story.connects()
    story.hears(gone(5, "theft"), change(6, "fight"), gone(7, "noise", Kind.FEEDS))
    story.hears(gone(8, "fight"), gone(9, "never-sent"))
    return story.told("records set and removed in one delta; a kind that empties stays, empty")


def _sees_a_record_hidden() -> Golden:
    story = Story()
    story.connects()
    story.hears(change(1, "a", record=incident(member(), id="a")), change(2, "b"))
    story.hears(change(3, "a", record=incident(member(category=Category.HIDDEN_HARM), id="a")))
    return story.told("a record that the audience may not see any more is removed")


def _comes_back_inside_the_ring() -> Golden:
    story = Story()
    story.connects()
    story.hears(*evening())
    story.happens(change(5, "fight"))
    story.happens(gone(6, "theft"))
    story.connects()
    story.hears(change(7, "fight"))
    return story.told("away for two deltas, and back: the ring has them")


def _comes_back_outside_the_ring() -> Golden:
    story = Story(ring_deltas=2)
    story.connects()
    story.hears(*evening())
    for offset in range(5, 9):
        story.happens(change(offset, "fight"))
    story.connects()
    return story.told("away for longer than the ring: a gap, and a snapshot")


def _outlives_the_server() -> Golden:
    before, after = Story(), Story("e2")
    before.connects()
    before.hears(*evening())
    after.frames = before.frames
    after.happens(change(5, "fight"))
    after.connects()
    after.hears(change(6, "fight"))
    return after.told("the server starts again: another epoch, whose seq may be lower")


def _waits_for_a_server_that_restores() -> Golden:
    before, after = Story(), Story("e2")
    before.connects()
    before.hears(*evening())
    held = fold_frames(before.frames)
    waits = Heartbeat(topic=OPERATIONS, e=held.e or "", s=held.s, at=rfc3339(AT), desk="catching_up")
    after.frames = [*before.frames, plain_frame(waits), plain_frame(waits)]
    after.happens(change(5, "fight"))
    after.connects()
    return after.told("the server starts again and restores: the picture stays until the new one is whole")


def _hears_frames_twice() -> Golden:
    story = Story()
    story.connects()
    story.hears(*evening())
    first = story.frames[-1]
    story.hears(change(5, "theft", record=incident(member(severity=4), id="theft")))
    story.frames += [first, story.frames[-1]]
    story.hears(change(6, "fight"))
    return story.told("a delta that comes again changes nothing")


def _misses_one_and_asks_again() -> Golden:
    story = Story()
    story.connects()
    story.hears(*evening())
    story.happens(change(5, "fight"))
    story.hears(change(6, "theft", record=incident(member(severity=4), id="theft")))
    story.connects()
    return story.told("a delta is missing: what follows is not applied until the ring has filled the hole")


def _hears_too_early() -> Golden:
    story = Story()
    story.hears(*evening())
    story.beats()
    story.frames.append(plain_frame(Refused(reason="too_fast")))
    story.connects()
    return story.told("what comes before the first snapshot, and a refusal, change nothing")


STORIES: Final[dict[str, Callable[[], Golden]]] = {
    "empty_topic": _follows_from_an_empty_topic,
    "full_topic": _comes_to_a_full_topic,
    "removed": _sees_records_go,
    "hidden": _sees_a_record_hidden,
    "resume_inside_ring": _comes_back_inside_the_ring,
    "resume_outside_ring": _comes_back_outside_the_ring,
    "new_epoch": _outlives_the_server,
    "restoring": _waits_for_a_server_that_restores,
    "repeated": _hears_frames_twice,
    "missed": _misses_one_and_asks_again,
    "too_early": _hears_too_early,
}


def goldens() -> Iterator[tuple[Path, Golden]]:
    """Each file and what it must hold."""
    for stem, story in STORIES.items():
        yield FOLDER / f"{stem}.json", story()


def golden_of(body: bytes) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The frames and what is wanted, of a file."""
    read = orjson.loads(body)
    return read["frames"], read["want"]


def write() -> None:
    """Make every file anew."""
    FOLDER.mkdir(exist_ok=True)
    for path, golden in goldens():
        path.write_bytes(golden.as_json())


if __name__ == "__main__":
    write()
