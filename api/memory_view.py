"""The view in memory: what the embedded engine shows. It is lost with the process, and starts new epochs then."""

from collections.abc import Callable, Sequence
from threading import Lock

from api.live.frames import delta_frame, snapshot_frame
from api.ring import Ring
from api.versions import Version, Versions
from api.view import MISSED_MAX, RING_BYTES, RING_DELTAS, TOPICS_MAX, Held, Missed, Published, Update, Whole
from schemas.picture import Kind

Records = dict[Kind, dict[str, bytes]]


class MemoryView:
    """All topics of one realm, under one lock; `new_epoch` gives a text that was never given before."""

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
        self._topics: dict[str, _Topic] = {}
        self._lock = Lock()
        self.refused = 0
        """Times a topic was wanted that was one too many."""

    def put(self, topic: str, updates: Sequence[Update]) -> Published | None:
        """Set and remove keys of a topic: at most one delta."""
        with self._lock:
            held = self._topic(topic)
            return None if held is None else held.put(updates)

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
        """Forget the versions of keys removed before a version, in every topic."""
        with self._lock:
            for topic in self._topics.values():
                topic.versions.forget(before)

    def _topic(self, name: str) -> "_Topic | None":
        """The topic, made on first need."""
        held = self._topics.get(name)
        if held is None and len(self._topics) < self._topics_max:
            ring = Ring(deltas_max=self._ring_deltas, bytes_max=self._ring_bytes)
            held = self._topics[name] = _Topic(name, self._new_epoch(), ring)
        if held is None:
            self.refused += 1
        return held


class _Topic:
    """One topic: its records as JSON, and the snapshot of them once somebody asked."""

    def __init__(self, name: str, epoch: str, ring: Ring) -> None:
        self.name, self.epoch, self.seq = name, epoch, 0
        self.versions = Versions()
        self._ring = ring
        self._records: Records = {kind: {} for kind in Kind}
        self._changed_at: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self._whole: Whole | None = None

    def put(self, updates: Sequence[Update]) -> Published | None:
        up: Records = {}
        gone: dict[Kind, list[str]] = {}
        for update in updates:
            if self._apply(update):
                if update.record is None:
                    gone.setdefault(update.kind, []).append(update.key)
                else:
                    up.setdefault(update.kind, {})[update.key] = update.record
        if not up and not gone:
            return None
        self.seq += 1
        self._changed_at.update(dict.fromkeys((*up, *gone), self.seq))
        self._whole = None
        frame = delta_frame(self.name, self.epoch, self.seq, up, gone)
        delta = Published(topic=self.name, epoch=self.epoch, seq=self.seq, frame=frame)
        self._ring.add(delta)
        return delta

    def resume(self, epoch: str | None, seq: int | None) -> Whole | Missed:
        if epoch == self.epoch and seq is not None and 0 <= seq <= self.seq:
            deltas = () if seq == self.seq else self._ring.after(seq, MISSED_MAX)
            if deltas is not None:
                return Missed(deltas=deltas)
        if self._whole is None:
            frame = snapshot_frame(self.name, self.epoch, self.seq, self._records)
            self._whole = Whole(epoch=self.epoch, seq=self.seq, frame=frame)
        return self._whole

    def held(self, kind: Kind) -> Held:
        return Held(epoch=self.epoch, seq=self._changed_at[kind], records=dict(self._records[kind]))

    def _apply(self, update: Update) -> bool:
        """Whether that changed what is shown."""
        key = (update.kind, update.key)
        if not self.versions.is_newer(key, update.version):
            return False
        records = self._records[update.kind]
        if update.record is None:
            self.versions.bury(key, update.version)
            return records.pop(update.key, None) is not None
        self.versions.keep(key, update.version)
        changed = records.get(update.key) != update.record
        records[update.key] = update.record
        return changed
