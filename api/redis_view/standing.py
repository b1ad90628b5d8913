"""How the desk stands, as a follower of the view knows it: what Redis says of it, and how long ago that was told.

A word is as old as the clock of the machine that told it says, so that an old one that comes late is no sign that what
is shown is of now; machines' clocks may differ by SILENT_S. From there on its age is measured on the follower's own
monotonic clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from api.live.hub import DeskState
from api.redis_view.connection import ViewUnavailable
from schemas.times import SECOND, Instant
from schemas.told import DeskTold, DeskWord
from schemas.trouble import Trouble

SILENT_S: Final = 15.0
"""A desk that was not heard for longer does not show what is now: it speaks every 5 s."""
_ANEW: Final = "The live picture is being put together again. What you see may be old."
_UNHEARD: Final = "The desk has not been heard yet."
_BEHIND: Final = (
    "What the desk tells comes here {:.0f} s late. What you see may be old. It catches up by itself, unless a machine's"
    " clock is wrong."
)
_UNSEEN: Final = "Nobody has put a live picture together yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What Redis says of a run: its name, its last delta's number, whether it is whole, and how the desk stands."""

    run: str
    number: int
    is_whole: bool
    desk: bytes | None
    said_at: Instant
    heard: int
    beat: int


def head_of(fields: dict[bytes, bytes]) -> Head | None:
    """A run's hash; None: there is none."""
    if b"run" not in fields or b"n" not in fields:
        return None
    return Head(
        run=fields[b"run"].decode(),
        number=int(fields[b"n"]),
        is_whole=fields.get(b"whole") == b"1",
        desk=fields.get(b"desk"),
        said_at=int(fields.get(b"said", b"0")),
        heard=int(fields.get(b"heard", b"0")),
        beat=int(fields.get(b"beat", b"0")),
    )


class Standing:
    """Told by the follower's thread, read by any. `now` is this machine's clock, `clock` monotonic seconds."""

    def __init__(self, *, now: Callable[[], Instant], clock: Callable[[], float]) -> None:
        self._now, self._clock = now, clock
        self._trouble = Trouble("view")
        self._head: Head | None = None
        self._said: DeskTold | None = None
        self._heard_at = self._beaten_at = self._live_at = clock()
        self._came_at = float("-inf")
        self._is_shown = False

    def looked(self, head: Head | None, *, is_shown: bool) -> None:
        """Redis answered; `is_shown`: what it holds now is what people are shown."""
        self._trouble.set(None)
        self._is_shown = is_shown
        if head is None:
            return
        before, self._head = self._head, head
        if before is None or head.beat != before.beat:
            self._beaten_at = self._clock()
        if head.desk is None or (before is not None and (head.run, head.heard) == (before.run, before.heard)):
            return
        age_s = max(0.0, (self._now() - head.said_at) / SECOND)
        if before is not None:
            self._came_at = self._clock()
            age_s = 0.0 if age_s <= SILENT_S else age_s
        self._heard_at = self._clock() - age_s
        self._said = _said.decode(head.desk)
        if self._said.word is DeskWord.LIVE:
            self._live_at = self._heard_at

    def failed(self, error: ViewUnavailable) -> None:
        """Redis did not answer as it should."""
        self._trouble.set(
            f"The live picture cannot be fetched just now ({error.text}). It goes on by itself.", error.detail
        )

    def state(self) -> DeskState:
        """For the pages; any thread."""
        said, why = self._said, self._why_not_now()
        if said is None:
            return DeskState(at=0, state="catching_up", why=why)
        if said.word is DeskWord.STOPPED:
            return DeskState(at=said.at, state="stopped", why=said.trouble or why)
        is_live = said.word is DeskWord.LIVE and why is None
        return DeskState(at=said.at, state="live" if is_live else "catching_up", why=why or said.trouble)

    @property
    def silent_s(self) -> float:
        """Since the desk was heard last."""
        return self._clock() - self._heard_at

    def _why_not_now(self) -> str | None:
        silent_s = self.silent_s
        if self._trouble.text is not None:
            return (
                f"{self._trouble.text} What you see is {silent_s:.0f} s old." if self._is_shown else self._trouble.text
            )
        if self._head is None:
            return _UNSEEN
        if not self._is_shown:
            return _ANEW
        if self._said is None:
            return _UNHEARD
        return self._catching_up(self._said) if silent_s <= SILENT_S else self._why_old(self._said)

    def _why_old(self, said: DeskTold) -> str:
        """The last word is old: it came late, or none came since."""
        silent_s, now = self.silent_s, self._clock()
        if now - self._came_at <= SILENT_S:
            return said.trouble or _BEHIND.format(silent_s)
        if now - self._beaten_at > SILENT_S:
            return f"Nothing has brought the live picture here for {silent_s:.0f} s. What you see may be old."
        return f"The desk has not been heard for {silent_s:.0f} s. What you see may be old."

    def _catching_up(self, said: DeskTold) -> str | None:
        """What is shown is from before: it is as old as the last word of a desk that was up to date."""
        if said.word is not DeskWord.CATCHING_UP or said.trouble is not None:
            return None
        return f"The desk is catching up. What you see is {self._clock() - self._live_at:.0f} s old."


_said: Final = msgspec.json.Decoder(DeskTold)
