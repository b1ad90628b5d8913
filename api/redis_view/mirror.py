"""The following side: the view in this process's memory, kept the same as the one in Redis by a thread of its own.

While Redis is gone, or its view is being put together again, it keeps what it has and says so; then it goes on by
itself. It shows a run only when that is whole, so that nobody ever sees a picture with half of it missing.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Event, Lock, Thread
from typing import Final

from api.live.hub import DeskState
from api.redis_view.connection import WAIT_FIRST_S, WAIT_MOST_S, Server, ViewUnavailable
from api.redis_view.names import epoch_of
from api.redis_view.reading import Missing, Reading
from api.redis_view.standing import SILENT_S, Head, Standing
from api.ring import Ring
from api.topic import Topic
from api.view import RING_BYTES, RING_DELTAS, TOPICS_MAX, Held, Missed, Published, Whole
from schemas.picture import Kind
from schemas.times import Instant

LOOK_EVERY_S: Final = 0.5
"""How often it looks how the desk stands, and whether the run is still the one that it shows."""
STOP_S: Final = 2.0


Publish = Callable[[Sequence[Published]], None]


def _nobody(_deltas: Sequence[Published]) -> None:
    """For whoever only reads."""


def _nothing() -> None:
    """The same."""


class Mirror:
    """One area of one realm; `ended` is done when its thread ended, with the error that ended it."""

    def __init__(
        self,
        server: Server,
        realm: str,
        area: str,
        *,
        now: Callable[[], Instant],
        clock: Callable[[], float],
        ring_deltas: int = RING_DELTAS,
        ring_bytes: int = RING_BYTES,
        topics_max: int = TOPICS_MAX,
    ) -> None:
        self.refused = 0
        """Times a topic was wanted that was one too many."""
        self.ended: Future[None] = Future()
        self.read = 0
        """Times the whole was read."""
        self._publish: Publish = _nobody
        self._begun: Callable[[], None] = _nothing
        self._clock = clock
        self._ring_deltas, self._ring_bytes, self._topics_max = ring_deltas, ring_bytes, topics_max
        self._reading = Reading(server, realm, area, new_topic=self._new_topic)
        self._standing = Standing(now=now, clock=clock)
        self._topics: dict[str, Topic] = {}
        self._run: str | None = None
        self._number = self._seen = 0
        self._is_followed = False
        self._looked_at = self._level_at = clock()
        self._look_at = float("-inf")
        self._lock = Lock()
        self._stop = Event()
        self._thread = Thread(target=self._follow, name=f"mirror-{area}", daemon=True)

    @property
    def is_shown(self) -> bool:
        """Whether there is a picture to show: it was read once."""
        return self._run is not None

    @property
    def run(self) -> str | None:
        """The run that is shown."""
        return self._run

    @property
    def number(self) -> int:
        """The number of the last delta that it has."""
        return self._number

    def state(self) -> DeskState:
        """How the desk stands, and why what is shown is not what is now."""
        return self._standing.state()

    def resume(self, topic: str, epoch: str | None, seq: int | None) -> Whole | Missed | None:
        """What a client at (epoch, seq) missed, or the whole where the ring cannot tell."""
        with self._lock:
            held = self._topic(topic)
            return None if held is None else held.resume(epoch, seq)

    def held(self, topic: str, kind: Kind) -> Held | None:
        """What a topic shows of a kind now."""
        with self._lock:
            held = self._topic(topic)
            return None if held is None else held.held(kind)

    def ready(self) -> tuple[bool, str]:
        """Whether people should come here, and what is wrong; an old picture that says so is better than none."""
        return self.is_shown, self.state().why or ""

    def silent_s(self) -> float:
        """Since the desk was heard last."""
        return self._standing.silent_s

    def start(self, publish: Publish = _nobody, begun: Callable[[], None] = _nothing) -> None:
        """Begin to follow.

        `publish` is handed every delta in order, and `begun` is called when the whole was read anew, both in the
        mirror's thread: what they take, it waits, and what comes meanwhile waits in Redis.
        """
        self._publish, self._begun = publish, begun
        self._thread.start()

    def follow_once(self) -> None:
        """Look once, and read what there is, in the caller's thread; ViewUnavailable."""
        self._look()

    def stop(self) -> None:
        """Follow no more; one that waits for an answer of Redis is left to itself after STOP_S."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def _follow(self) -> None:
        wait_s = WAIT_FIRST_S
        try:
            while not self._stop.is_set():
                try:
                    self._step()
                    wait_s = WAIT_FIRST_S
                except ViewUnavailable as error:
                    self._standing.failed(error)
                    self._stop.wait(wait_s)
                    wait_s = min(WAIT_MOST_S, 2 * wait_s)
                    self._look_at = float("-inf")
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: a picture that stands still ends the process
            self.ended.set_exception(error)
        else:
            self.ended.set_result(None)

    def _step(self) -> None:
        """Look when it is time; then wait for deltas, where there is a run to follow."""
        if self._clock() >= self._look_at:
            self._look()
        if not self._is_followed:
            self._stop.wait(LOOK_EVERY_S)
            return
        try:
            deltas = self._reading.after(self._run or "", self._number)
            if deltas:
                self._take(deltas)
            elif self._seen > self._number:
                raise Missing
        except Missing:
            self._is_followed, self._look_at = False, float("-inf")

    def _look(self) -> None:
        """See how it stands; a run that is new to us, or has gone on without us, is read whole when it can be."""
        head = self._reading.head()
        if head is None or head.run != self._run:
            self._is_followed = False
        if head is not None and head.is_whole and not self._is_followed:
            self._is_followed = self._read(head)
        is_level = self._is_level(0 if head is None else head.number)
        self._standing.looked(head, is_shown=self._is_followed and is_level)
        self._look_at = self._looked_at + LOOK_EVERY_S

    def _is_level(self, number: int) -> bool:
        """Whether what is shown was, not long ago, as far as Redis then was, which now is at this number."""
        now = self._clock()
        if self._number >= number:
            self._level_at = now
        elif self._number >= self._seen:  # while much comes it is always a little behind: then the last look counts
            self._level_at = self._looked_at
        self._seen, self._looked_at = number, now
        return now - self._level_at <= SILENT_S

    def _take(self, deltas: Sequence[Published]) -> None:
        with self._lock:
            for delta in deltas:
                self._reading.take(self._topics, delta)
            self._number += len(deltas)
        self._publish(deltas)

    def _read(self, head: Head) -> bool:
        """Take the whole of a run in place of what was; False: it went on too fast, and is tried again."""
        try:
            topics, number = self._reading.whole(head)
        except Missing:
            return False
        with self._lock:
            self._topics, self._run, self._number = topics, head.run, number
        self.read += 1
        self._begun()
        return True

    def _topic(self, name: str) -> Topic | None:
        """The topic; one that Redis does not have yet is empty."""
        held = self._topics.get(name)
        if held is None and len(self._topics) < self._topics_max:
            held = self._topics[name] = self._new_topic(name, epoch_of(self._run or "", name))
        if held is None:
            self.refused += 1
        return held

    def _new_topic(self, name: str, epoch: str) -> Topic:
        return Topic(name, epoch, Ring(deltas_max=self._ring_deltas, bytes_max=self._ring_bytes))
