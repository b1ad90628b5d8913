"""One push topic as a process holds it: its records as JSON, its last deltas, and the snapshot once somebody asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from api.live.frames import delta_frame, snapshot_frame
from api.ring import Ring
from api.view import MISSED_MAX, Held, Missed, Published, Whole
from schemas.picture import Kind

Records = dict[Kind, dict[str, bytes]]


@dataclass(frozen=True, slots=True)
class Step:
    """What a key of the topic becomes; `body` None: it is not there any more."""

    kind: Kind
    key: str
    body: bytes | None


class Topic:
    """Not safe from several threads by itself: its view has the lock."""

    def __init__(self, name: str, epoch: str, ring: Ring) -> None:
        self.name, self.epoch, self.seq = name, epoch, 0
        self._ring = ring
        self._records: Records = {kind: {} for kind in Kind}
        self._changed_at: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self._whole: Whole | None = None

    def fill(self, seq: int, records: Records, changed_at: dict[Kind, int]) -> None:
        """Begin with what another process holds of it."""
        self.seq = seq
        self._records |= records
        self._changed_at |= changed_at

    def change(self, steps: Sequence[Step]) -> Published | None:
        """Number what changes as the next delta; None when nothing does."""
        up: Records = {}
        gone: dict[Kind, list[str]] = {}
        for step in steps:
            if step.body == self._records[step.kind].get(step.key):
                continue
            if step.body is None:
                gone.setdefault(step.kind, []).append(step.key)
            else:
                up.setdefault(step.kind, {})[step.key] = step.body
            self._set(step)
        if not up and not gone:
            return None
        frame = delta_frame(self.name, self.epoch, self.seq + 1, up, gone)
        delta = Published(topic=self.name, epoch=self.epoch, seq=self.seq + 1, frame=frame)
        self._advance((*up, *gone))
        self._ring.add(delta)
        return delta

    def take(self, delta: Published) -> bool:
        """Take in a delta that was numbered elsewhere; False: one before it is missing.

        One that is in the records already is kept for those who come back.
        """
        if delta.seq > self.seq + 1:
            return False
        if delta.seq == self.seq + 1:
            told = _delta.decode(delta.frame)
            for kind, up in told.up.items():
                self._records[kind] |= {key: bytes(body) for key, body in up.items()}
            for kind, gone in told.gone.items():
                for key in gone:
                    self._records[kind].pop(key, None)
            self._advance((*told.up, *told.gone))
        self._ring.add(delta)
        return True

    def resume(self, epoch: str | None, seq: int | None) -> Whole | Missed:
        """What a client at (epoch, seq) missed, or the whole where the ring cannot tell."""
        if epoch == self.epoch and seq is not None and 0 <= seq <= self.seq:
            deltas = () if seq == self.seq else self._ring.after(seq, MISSED_MAX)
            if deltas is not None:
                return Missed(deltas=deltas)
        if self._whole is None:
            frame = snapshot_frame(self.name, self.epoch, self.seq, self._records)
            self._whole = Whole(epoch=self.epoch, seq=self.seq, frame=frame)
        return self._whole

    def held(self, kind: Kind) -> Held:
        """What it shows of a kind now."""
        return Held(epoch=self.epoch, seq=self._changed_at[kind], records=dict(self._records[kind]))

    def _set(self, step: Step) -> None:
        if step.body is None:
            self._records[step.kind].pop(step.key, None)
        else:
            self._records[step.kind][step.key] = step.body

    def _advance(self, kinds: Sequence[Kind]) -> None:
        self.seq += 1
        self._changed_at.update(dict.fromkeys(kinds, self.seq))
        self._whole = None


class _Told(msgspec.Struct, frozen=True):
    """A delta's records as they stand in its frame."""

    up: dict[Kind, dict[str, msgspec.Raw]]
    gone: dict[Kind, list[str]] = msgspec.field(name="del")


_delta: Final = msgspec.json.Decoder(_Told)
