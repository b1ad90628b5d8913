"""The view in memory: what the embedded engine shows. It is lost with the process, and starts new epochs then."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from threading import Lock

from api.ring import Ring
from api.topic import Step, Topic
from api.versions import Key, Version, Versions
from api.view import RING_BYTES, RING_DELTAS, TOPICS_MAX, Held, Missed, Published, Update, Whole
from schemas.picture import Kind


class MemoryView:
    """All topics of one area and realm, under one lock; `new_epoch` gives a text that was never given before."""

    def __init__(
        self,
        new_epoch: Callable[[], str],
        *,
        ring_deltas: int = RING_DELTAS,
        ring_bytes: int = RING_BYTES,
        topics_max: int = TOPICS_MAX,
    ) -> None:
        self._new_epoch = new_epoch
        self._ring_deltas, self._ring_bytes, self._topics_max = ring_deltas, ring_bytes, topics_max
        self._topics: dict[str, Topic] = {}
        self._versions = Versions()
        self._shown_on: dict[Key, tuple[str, ...]] = {}
        self._lock = Lock()
        self.refused = 0
        """Times a topic was wanted that was one too many."""

    def put(self, updates: Sequence[Update]) -> list[Published]:
        """Set and remove keys: at most one delta for each topic, to be sent out."""
        with self._lock:
            steps: dict[str, list[Step]] = defaultdict(list)
            for update in updates:
                for topic, body in self._told(update):
                    steps[topic].append(Step(update.kind, update.key, body))
            deltas = [self._topics[topic].change(those) for topic, those in steps.items()]
        return [delta for delta in deltas if delta is not None]

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

    def forget(self, before: Version) -> None:
        """Forget the versions of keys removed before a version."""
        with self._lock:
            self._versions.forget(before)

    def _told(self, update: Update) -> list[tuple[str, bytes | None]]:
        """Each topic that shows the key from now on, with what it shows; then each that shows it no more."""
        key = (update.kind, update.key)
        if not self._versions.is_newer(key, update.version):
            return []
        shown: list[tuple[str, bytes | None]] = [
            (topic, body) for topic, body in update.shown.items() if self._topic(topic) is not None
        ]
        before, now = self._shown_on.pop(key, ()), tuple(topic for topic, _ in shown)
        if now:
            self._shown_on[key] = now
            self._versions.keep(key, update.version)
        else:
            self._versions.bury(key, update.version)
        return shown + [(topic, None) for topic in before if topic not in now]

    def _topic(self, name: str) -> Topic | None:
        """The topic, made on first need."""
        held = self._topics.get(name)
        if held is None and len(self._topics) < self._topics_max:
            ring = Ring(deltas_max=self._ring_deltas, bytes_max=self._ring_bytes)
            held = self._topics[name] = Topic(name, self._new_epoch(), ring)
        if held is None:
            self.refused += 1
        return held
