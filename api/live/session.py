"""One client: which topics it follows, how far it has come on each, and what is still on its way to it.

Nothing waits for it. A delta goes to it at once, or not at all: a client with more than 64 KiB unsent is skipped and
marked as behind, and once it has read, gets what it missed from the ring, else a gap and a snapshot. A long message
goes out in fragments as it reads; meanwhile it counts as behind, not as slow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from api.live.counters import Counters
from api.live.frames import plain_frame, read_client_frame
from api.live.outlet import UNSENT_MAX, Outlet
from api.live.wire import FRAGMENT_BYTES, fragments, text_frame
from api.rates import Bucket, Rate
from api.view import Missed, Published, Shown, Whole
from schemas.audiences import Audience, audience_of, may_follow
from schemas.frames import Gap, Refused, Subscribe

TOPICS_A_CLIENT: Final = 8
OPS: Final = Rate(at_once=50, a_minute=600)
STUCK_S: Final = 60.0
"""A client that has something unsent and takes none of it for this long is given up."""

Followers = dict[str, dict["Session", None]]
"""Who follows each topic, in order of subscription; topics are as many as audiences have."""
Reason = Literal[
    "not_json", "unknown_op", "too_large", "too_deep", "too_many_topics", "unknown_topic", "not_allowed", "too_fast"
]


@dataclass(slots=True, kw_only=True)
class Place:
    """How far a client has come on a topic; `behind` until it has every delta."""

    epoch: str | None
    seq: int | None
    behind: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a session needs of its hub. `heartbeat` gives the frame for a topic at an epoch and a seq.

    `is_shown`: the view is the picture; until then nobody is told what it holds.
    """

    area_id: str
    view: Shown
    followers: "Followers"
    counters: Counters
    clock: Callable[[], float]
    heartbeat: Callable[[str, str, int], bytes]
    is_shown: Callable[[], bool]


class Session:
    """One client's subscriptions; lives in the hub's loop."""

    def __init__(self, outlet: Outlet, audience: Audience, desk: Desk) -> None:
        self.audience = audience
        self.places: dict[str, Place] = {}
        self._outlet, self._desk = outlet, desk
        self._bucket = Bucket(OPS, desk.clock())
        self._parts: Iterator[bytes] | None = None
        self._taken = 0
        self._taken_at = desk.clock()

    def receive(self, raw: bytes) -> None:
        """Do what the client asks, or say why not."""
        if self._bucket.wait_s(self._desk.clock()):
            return self._refuse("too_fast")
        asked = read_client_frame(raw)
        if isinstance(asked, Refused):
            return self._refuse(asked.reason)
        if isinstance(asked, Subscribe):
            return self._subscribe(asked)
        self._unsubscribe(asked.topic)
        return None

    def offer(self, delta: Published, frame: bytes) -> None:
        """Send a delta that goes to everyone (`frame`: encoded once for all), unless the client is behind."""
        place = self.places.get(delta.topic)
        if place is None or place.behind:
            return
        if delta.epoch == place.epoch and place.seq is not None and delta.seq <= place.seq:
            return  # it came with what the client got when it subscribed
        if self._has_room and (delta.epoch, delta.seq - 1) == (place.epoch, place.seq):
            place.seq = delta.seq
            self._send(delta.frame, frame)
            return
        place.behind = True
        if self._is_slow:
            self._desk.counters.skipped += 1
        self.feed()

    def feed(self) -> None:
        """Go on with a long message, then with whatever the client is behind on, while it has room."""
        self._push_parts()
        if not self._desk.is_shown():
            return
        for topic, place in list(self.places.items()):
            while place.behind and self._has_room:
                self._advance(topic, place)

    def look_again(self) -> None:
        """The view may have gone on, or begun anew, without deltas: ask it about every topic."""
        for place in self.places.values():
            place.behind = True
        self.feed()

    def beat(self) -> None:
        """A heartbeat for each topic that the client has all there is of, be that what it came with."""
        for topic, place in self.places.items():
            if self._has_room and not (place.behind and self._desk.is_shown()):
                self._beat(topic, place)

    def is_stuck(self) -> bool:
        """Whether the client has taken nothing of what waits for it for STUCK_S."""
        now, taken = self._desk.clock(), self._outlet.written - self._outlet.unsent
        if self._outlet.unsent == 0 or taken > self._taken:
            self._taken, self._taken_at = taken, now
        return now - self._taken_at > STUCK_S

    def abort(self) -> None:
        """Give the client up."""
        self._outlet.abort()

    def leave(self) -> None:
        """The client is gone: follow nothing."""
        for topic in list(self.places):
            self._unsubscribe(topic)

    @property
    def _is_slow(self) -> bool:
        return self._parts is None and self._outlet.unsent > UNSENT_MAX

    @property
    def _has_room(self) -> bool:
        return self._parts is None and self._outlet.is_open and self._outlet.unsent <= UNSENT_MAX

    def _subscribe(self, asked: Subscribe) -> None:
        desk, topic = self._desk, asked.topic
        if audience_of(desk.area_id, topic) is None:
            return self._refuse("unknown_topic", topic)
        if not may_follow(desk.area_id, topic, self.audience):
            return self._refuse("not_allowed", topic)
        if topic not in self.places and len(self.places) >= TOPICS_A_CLIENT:
            return self._refuse("too_many_topics", topic)
        epoch = asked.epoch if asked.seq is not None else None
        self.places[topic] = Place(epoch=epoch, seq=asked.seq)
        desk.followers.setdefault(topic, {})[self] = None
        return self.feed()

    def _unsubscribe(self, topic: str) -> None:
        if self.places.pop(topic, None) is not None:
            self._desk.followers[topic].pop(self, None)

    def _advance(self, topic: str, place: Place) -> None:
        """One step towards the present."""
        match self._desk.view.resume(topic, place.epoch, place.seq):
            case None:
                place.behind = False
                self._unsubscribe(topic)  # the view is full: it has no such topic and will send nothing on it
                self._refuse("unknown_topic", topic)
            case Missed(deltas=()):
                place.behind = False
                self._beat(topic, place)
            case Missed(deltas=deltas):
                self._desk.counters.resumes += 1
                for delta in deltas:
                    if self._has_room:
                        place.seq = delta.seq
                        self._send(delta.frame)
            case Whole() as whole:
                self._begin_anew(topic, place, whole)

    def _begin_anew(self, topic: str, place: Place, whole: Whole) -> None:
        counters = self._desk.counters
        if place.epoch is not None:
            counters.gaps += 1
            self._send(plain_frame(Gap(topic=topic, e=whole.epoch, s=whole.seq)))
        counters.snapshots += 1
        place.epoch, place.seq = whole.epoch, whole.seq
        self._send(whole.frame)

    def _beat(self, topic: str, place: Place) -> None:
        self._send(self._desk.heartbeat(topic, place.epoch or "", place.seq or 0))

    def _refuse(self, reason: Reason, topic: str | None = None) -> None:
        self._desk.counters.refused[reason] += 1
        if self._has_room:
            self._send(plain_frame(Refused(reason=reason, topic=topic)))

    def _send(self, payload: bytes, frame: bytes | None = None) -> None:
        """Start a message; only where there is room. `frame`: the payload as one WebSocket frame, if it is made."""
        if len(payload) > FRAGMENT_BYTES:
            self._parts = fragments(payload)
            self._push_parts()
        else:
            self._outlet.write(text_frame(payload) if frame is None else frame)

    def _push_parts(self) -> None:
        while self._parts is not None and self._outlet.is_open and self._outlet.unsent <= UNSENT_MAX:
            part = next(self._parts, None)
            if part is None:
                self._parts = None
            else:
                self._outlet.write(part)
