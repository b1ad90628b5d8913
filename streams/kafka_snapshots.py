"""Snapshots of one area on Kafka: chunks, then the manifest that says where they are; read from the end backwards.

Nothing is compacted: what is older than the topic's retention goes, and a journal without snapshots is folded again.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from schemas.kafka_log import KafkaClients, KafkaLog, LogUnreachable, Message, partition_of
from schemas.realms import Realm
from schemas.topics import SNAPSHOTS
from streams.snapshots import CHUNK_BYTES, KEPT, PassedOver, Reader, Snapshot, SnapshotRefused, Why, cut, packed, sealed

WRITTEN_AGAIN_SECONDS: Final = 3_600.0
"""A chunk that was written longer ago is written again, so that retention never takes it from under a manifest."""
WRITTEN_AGAIN_MESSAGES: Final = (SNAPSHOTS.kept_bytes_max or 0) // 4 // CHUNK_BYTES
"""And one that lies so far behind the end: at a quarter of what the partition holds, whoever wrote what came after."""
_LOOK_BACK_FIRST: Final = 64
_LOOK_BACK_GROWS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """A manifest as it lies in the log: sealed, and the offset of each of its chunks."""

    next_offset: int
    body: bytes
    sha256: str
    at: dict[str, int]


_manifest: Final = msgspec.msgpack.Decoder(_Manifest)
_offsets: Final = msgspec.json.Decoder(list[int])
_Found = tuple[int, _Manifest]
"""The message's own offset, and what it says."""


class KafkaSnapshots:
    """A SnapshotStore. Stores of one area that write at once do no harm: the last one's snapshot is the newest."""

    def __init__(
        self, clients: KafkaClients, *, realm: Realm, area: str, fold_version: int, clock: Callable[[], float]
    ) -> None:
        self._log = KafkaLog(clients, SNAPSHOTS.of(realm), partition_of(area, SNAPSHOTS))
        self._name = f"{area} in {self._log.name}"
        self._area = area.encode()
        self._fold_version = fold_version
        self._clock = clock
        self._written: dict[str, tuple[int, float]] = {}
        self._passed_over: tuple[PassedOver, ...] = ()

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What the last `newest` did not restore."""
        return self._passed_over

    def write(self, next_offset: int, parts: Mapping[str, bytes]) -> None:
        """Keep the state: the chunks that are new, and when they are confirmed the manifest; SnapshotRefused."""
        manifest, chunks = cut(next_offset, self._fold_version, parts)
        now = self._clock()
        with self._refusing():
            kept = self._still_safe(now)
            new = [name for name in chunks if name not in kept]
            offsets = self._log.append([(self._key(f"chunk {name}"), packed(chunks[name])) for name in new])
            kept.update({name: (offset, now) for name, offset in zip(new, offsets, strict=True)})
            self._written = {name: kept[name] for name in chunks}
            body, sha256 = sealed(manifest)
            at = {name: offset for name, (offset, _) in self._written.items()}
            whole = _Manifest(next_offset=next_offset, body=body, sha256=sha256, at=at)
            self._log.append([(self._key("manifest"), msgspec.msgpack.encode(whole))])

    def newest(self, not_after: int) -> Snapshot | None:
        """The newest whole snapshot at or below `not_after`; those damaged and beyond are thrown away."""
        reader = Reader(where=self._name, fold_version=self._fold_version, not_after=not_after)
        self._passed_over, bad, found = (), list[int](), None
        with self._refusing():
            for at, manifest in self._kept():
                result = reader.restored(manifest.next_offset, manifest.body, manifest.sha256, self._chunks(manifest))
                if isinstance(result, Snapshot):
                    found = replace(result, passed_over=self._passed_over)
                    break
                self._passed_over += (result,)
                if result.why is not Why.NEWER_FOLD:
                    bad.append(at)
            if bad:
                self._log.append([(self._key("thrown away"), msgspec.json.encode(bad))])
        return found

    def close(self) -> None:
        """Let go; the clients are whoever's gave them."""

    def _still_safe(self, now: float) -> dict[str, tuple[int, float]]:
        """The chunks that retention will leave, by age and by size, for as long as three manifests name them."""
        oldest = self._log.ends()[1] - WRITTEN_AGAIN_MESSAGES
        return {
            name: (offset, at)
            for name, (offset, at) in self._written.items()
            if offset >= oldest and at > now - WRITTEN_AGAIN_SECONDS
        }

    def _kept(self) -> Iterator[_Found]:
        """The manifests that stand, the newest first, of the last few that were written."""
        thrown_away: set[int] = set()
        seen, ceiling = 0, None
        for message in self._backwards():
            kind = message.key[len(self._area) + 1 :]
            if kind == b"thrown away":
                thrown_away.update(_offsets.decode(message.value))
            elif kind == b"manifest":
                manifest = _manifest.decode(message.value)
                if ceiling is not None and manifest.next_offset >= ceiling:
                    continue  # a later one took its place
                seen, ceiling = seen + 1, manifest.next_offset
                if message.offset not in thrown_away:
                    yield message.offset, manifest
                if seen == KEPT:
                    return

    def _backwards(self) -> Iterator[Message]:
        """This area's messages that are no chunks, from the last to the first, read in pieces that grow."""
        first, stop = self._log.ends()
        step = _LOOK_BACK_FIRST
        while stop > first:
            start = max(first, stop - step)
            piece = [message for message in self._log.read(start, stop) if self._is_ours(message)]
            yield from reversed(piece)
            stop, step = start, step * _LOOK_BACK_GROWS

    def _is_ours(self, message: Message) -> bool:
        area, _, kind = message.key.partition(b" ")
        return area == self._area and not kind.startswith(b"chunk ")

    def _chunks(self, manifest: _Manifest) -> Callable[[str], bytes | None]:
        """Reads the chunks that a manifest names, all at once when the first is wanted."""
        found: dict[str, bytes] = {}

        def chunk(sha256: str) -> bytes | None:
            if not found and manifest.at:
                wanted = {offset: name for name, offset in manifest.at.items()}
                for message in self._log.read_at(wanted):
                    found[wanted[message.offset]] = message.value
            return found.get(sha256)

        return chunk

    def _key(self, kind: str) -> bytes:
        return self._area + b" " + kind.encode()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except LogUnreachable as error:
            raise SnapshotRefused(self._name, str(error)) from error
