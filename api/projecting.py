"""What the picture topic tells of one area, put into the view in Redis: the heart of the `project` role.

Redis judges what is newer, so that any number of these at once, or one that was paused and wakes up, harm nothing.
What waits while Redis is gone is bounded by the keys of the picture: the newest of each key stands for those before.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from api.projector import Projector
from api.redis_view.connection import WAIT_FIRST_S, WAIT_MOST_S, ViewLost, ViewUnavailable
from api.redis_view.writer import RedisView
from api.versions import Key
from api.view import Update
from schemas.picture import Change
from schemas.times import Instant
from schemas.told import Census, DeskTold, Told
from schemas.trouble import Trouble

REST_S: Final = 0.05
"""Between two steps of Redis."""
BEAT_EVERY_S: Final = 2.0
CENSUSES_MAX: Final = 4
"""Lists of all keys that are followed at once, each of another owner's; the one begun first is let go."""
_Taken = tuple[int, str]
"""At which offset a census was taken, and by whom."""


class Put(StrEnum):
    """What became of what was told: it is in Redis; it waits for Redis; or Redis lost what it had, and needs it all."""

    DONE = "done"
    WAITS = "waits"
    LOST = "lost"


class Projecting:
    """One area, by one thread: `begin` at the start and after LOST, then `take` and `put`.

    `clock` is monotonic seconds. `beside` is what is wrong beside the picture, which people are told with it.
    """

    def __init__(
        self,
        area_id: str,
        view: RedisView,
        *,
        clock: Callable[[], float],
        rest_s: float = REST_S,
        beside: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.dropped = 0
        """Changes that were not newer than what stood."""
        self._area_id, self._view = area_id, view
        self._clock, self._rest_s, self._beside = clock, rest_s, beside
        self._trouble = Trouble("projector")
        self._retry_at, self._wait_s = float("-inf"), WAIT_FIRST_S
        self._said: DeskTold | None = None
        self._said_at: Instant = 0
        self._beat_at = float("-inf")
        self._restart()

    @property
    def trouble(self) -> str | None:
        """What keeps the picture from going out now, in plain words."""
        return self._trouble.text

    @property
    def run(self) -> str:
        """The run that it puts into: positions that were kept with its name hold as long as it stands."""
        return self._view.run

    def begin(self) -> bool | None:
        """Join what Redis holds: whether that is whole, and only news are wanted. None: Redis cannot be asked now.

        Where it is not whole, tell everything from two hours back, and then `end_of_all`.
        """
        if self._clock() < self._retry_at:
            return None
        try:
            is_whole = self._view.begin()
        except ViewUnavailable as error:
            self._wait(error)
            return None
        self._mended()
        self._restart()
        return is_whole

    def take(self, told: Sequence[Told], at: Instant) -> None:
        """Take in what the topic was told at a time, in its order; nothing goes out before the next `put`."""
        changes = [one for one in told if isinstance(one, Change)]
        self._projector.apply(changes)
        for one in told:
            match one:
                case Change():
                    for seen in self._counting.values():
                        seen.add((one.kind, one.key))
                case DeskTold():
                    self._said, self._said_at = replace(one, trouble=one.trouble or self._beside()), at
                case Census():
                    self._follow(one)

    def end_of_all(self) -> None:
        """Everything that the topic held was taken: once it is put, people may be shown it."""
        self._is_all = True

    def due_in_s(self) -> float:
        """In how many seconds `put` has something to do, as far as is known."""
        due_at = self._beat_at if self._projector.due_at is None else self._projector.due_at
        return max(0.0, max(due_at, self._retry_at) - self._clock())

    def put(self) -> Put:
        """Put what waits, when it is time; to be called as soon as that is so."""
        at = self._clock()
        if at < self._retry_at:
            return Put.WAITS
        try:
            done = self._put(at)
        except ViewUnavailable as error:
            self._wait(error)
            return Put.WAITS
        except ViewLost:
            return Put.LOST
        self._mended()
        return Put.DONE if done else Put.WAITS

    def _put(self, at: float) -> bool:
        """Whether nothing waits any more; one thing after another, each again where the one before it failed."""
        self._projector.flush(at, self._rest_s)
        self.dropped = self._projector.dropped
        if self._projector.due_at is not None:
            return False
        for taken in list(self._counted):
            self._let_go(taken[0], self._counted[taken])
            del self._counted[taken]
        if self._is_all:
            self._view.mark_whole()
            self._is_all = False
        if self._said is not None or at >= self._beat_at:
            self._view.say(self._said, self._said_at)
            self._said, self._beat_at = None, at + BEAT_EVERY_S
        return True

    def _follow(self, census: Census) -> None:
        """A census counts from its beginning on; one whose beginning was not seen counts for nothing."""
        taken = (census.offset, census.by)
        counted = self._counting.pop(taken, None)
        if not census.ended:
            self._counting[taken] = set()
            if len(self._counting) > CENSUSES_MAX:
                del self._counting[next(iter(self._counting))]
        elif counted is not None:
            self._counted[taken] = counted.union(census.waiting)

    def _let_go(self, offset: int, counted: set[Key]) -> None:
        """Remove what a census did not count: it left the picture while nobody projected, or never should be there.

        The removal's version is one that no output has, right after the key's own: all that is newer still counts.
        """
        gone = [
            Update(kind=key[0], key=key[1], version=(version[0], version[1] + 1), shown={})
            for key, version in self._view.holding()
            if key not in counted and version[0] < offset
        ]
        if gone:
            self._view.put(gone)

    def _restart(self) -> None:
        self._projector = Projector(self._area_id, view=self._view)
        self._said = None
        self._counting: dict[_Taken, set[Key]] = {}
        self._counted: dict[_Taken, set[Key]] = {}
        self._is_all = False
        self._beat_at = float("-inf")

    def _wait(self, error: ViewUnavailable) -> None:
        self._trouble.set(f"The live picture cannot be passed on just now ({error.text}).", error.detail)
        self._retry_at = self._clock() + self._wait_s
        self._wait_s = min(WAIT_MOST_S, 2 * self._wait_s)

    def _mended(self) -> None:
        self._trouble.set(None)
        self._retry_at, self._wait_s = float("-inf"), WAIT_FIRST_S
