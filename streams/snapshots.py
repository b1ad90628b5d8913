"""Snapshots: the fold's state at an offset, cut into chunks under their own hashes, so that a lie is never restored."""

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

import msgspec
import orjson

CHUNK_BYTES: Final = 256 * 1024
"""Of the part as it is given: compressed, a chunk stays below the 1 MB of a Kafka message whatever is in it."""
KEPT: Final = 3
"""Snapshots kept: the newest, and two for when it turns out damaged."""
_COMPRESSION_LEVEL: Final = 1
_MANIFEST_VERSION: Final = 1


class Why(StrEnum):
    """Why a snapshot was not restored."""

    DAMAGED = "damaged"
    BEYOND_END = "beyond_end"
    """The journal ends before it: the journal has lost its tail, and somebody must be told."""
    NEWER_FOLD = "newer_fold"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A snapshot that was not restored; `next_offset` is None when a whole file was lost. `text` is for a person."""

    next_offset: int | None
    why: Why
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The fold's state after every entry below `next_offset`, as named parts; `fold_version` made it."""

    next_offset: int
    fold_version: int
    parts: dict[str, bytes]
    passed_over: tuple[PassedOver, ...] = ()


class SnapshotStore(Protocol):
    """Where snapshots are kept, apart from the journal. One thread at a time."""

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What the last `newest` did not restore, and what was set aside since the store was opened."""

    def write(self, next_offset: int, parts: Mapping[str, bytes]) -> None:
        """Keep the state whole or not at all, in the place of those of the same offset and above; SnapshotRefused.

        What is in an earlier snapshot already is not written again; beyond the newest three the oldest is let go. One
        above this offset was of a journal that has lost its end since, and would look right once it has grown again.
        """

    def newest(self, not_after: int) -> Snapshot | None:
        """The newest whole snapshot whose `next_offset` is at most `not_after`, the journal's end; SnapshotRefused.

        Those damaged or beyond the journal's end are thrown away, or one beyond would look right later, when the
        journal has grown past it with other entries. What was passed over is reported here and in `passed_over`, there
        also when it could not be thrown away.
        """

    def close(self) -> None:
        """Let go of the store."""


class SnapshotRefused(Exception):
    """A snapshot could not be written or read; what was kept before is as it was. The journal is not touched."""

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(
            f"The snapshot file {path} cannot be used now: {detail}. Nothing is lost, because snapshots only shorten"
            " the start; Nightdesk tries again with the next one. Look at the free space and the permissions"
            " of that folder."
        )
        self.path = path
        self.detail = detail


class ChunkBroken(Exception):
    """A chunk or manifest is missing or is not what its hash says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartList:
    """One part in a manifest: its length and its chunks in order."""

    size: int
    chunks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot consists of."""

    v: int = _MANIFEST_VERSION
    next_offset: int
    fold_version: int
    parts: dict[str, PartList]

    def chunks(self) -> Iterator[str]:
        """The SHA-256 of every chunk of every part."""
        for part in self.parts.values():
            yield from part.chunks


_manifests = msgspec.json.Decoder(Manifest)


def cut(next_offset: int, fold_version: int, parts: Mapping[str, bytes]) -> tuple[Manifest, dict[str, memoryview]]:
    """The manifest of a state, and its chunks by SHA-256, not yet compressed."""
    chunks: dict[str, memoryview] = {}
    listed: dict[str, PartList] = {}
    for name, part in sorted(parts.items()):
        names = []
        for chunk in _pieces(part):
            names.append(hashlib.sha256(chunk).hexdigest())
            chunks[names[-1]] = chunk
        listed[name] = PartList(size=len(part), chunks=tuple(names))
    return Manifest(next_offset=next_offset, fold_version=fold_version, parts=listed), chunks


def _pieces(part: bytes) -> Iterator[memoryview]:
    """A part cut at its line ends, and where a line is too long for one chunk."""
    view, start = memoryview(part), 0
    while start < len(part):
        end = part.find(b"\n", start, start + CHUNK_BYTES) + 1 or min(start + CHUNK_BYTES, len(part))
        yield view[start:end]
        start = end


def joined(manifest: Manifest, chunk: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The parts of a manifest from the compressed chunks that `chunk` finds; ChunkBroken."""
    return {name: _part(name, part, chunk) for name, part in manifest.parts.items()}


def packed(chunk: memoryview) -> bytes:
    """A chunk as it is kept."""
    return zlib.compress(chunk, _COMPRESSION_LEVEL)


def is_whole(sha256: str, kept: bytes) -> bool:
    """Whether a kept chunk is what its hash says."""
    content = _unpacked(kept)
    return content is not None and hashlib.sha256(content).hexdigest() == sha256


def sealed(manifest: Manifest) -> tuple[bytes, str]:
    """A manifest as it is kept, and the hash over it."""
    body = orjson.dumps(manifest)
    return body, hashlib.sha256(body).hexdigest()


def unsealed(body: bytes, sha256: str) -> Manifest:
    """The manifest of what `sealed` made; ChunkBroken."""
    if hashlib.sha256(body).hexdigest() != sha256:
        raise ChunkBroken("its manifest does not match its hash")
    try:
        manifest = _manifests.decode(body)
    except msgspec.DecodeError as error:
        raise ChunkBroken(f"its manifest cannot be read: {error}") from error
    if manifest.v != _MANIFEST_VERSION:
        raise ChunkBroken(f"its manifest is version {manifest.v}, this code reads version {_MANIFEST_VERSION}")
    return manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads snapshots of the store at `where` back, for a fold of a version and a journal that ends at `not_after`."""

    where: Path | str
    fold_version: int
    not_after: int

    def restored(
        self, next_offset: int, body: bytes, sha256: str, chunk: Callable[[str], bytes | None]
    ) -> Snapshot | PassedOver:
        """The snapshot of a sealed manifest that stands under an offset, or why it is not to be used."""
        if next_offset > self.not_after:
            lost = f"the journal ends before it, at {self.not_after}: entries that were written are gone from there"
            return self._passed_over(next_offset, Why.BEYOND_END, lost)
        try:
            manifest = unsealed(body, sha256)
            if manifest.next_offset != next_offset:
                raise ChunkBroken(f"its manifest says entry {manifest.next_offset}")
            if manifest.fold_version > self.fold_version:
                newer = f"fold version {manifest.fold_version} made it, this Nightdesk knows {self.fold_version}"
                return self._passed_over(next_offset, Why.NEWER_FOLD, newer)
            parts = joined(manifest, chunk)
        except ChunkBroken as damage:
            return self._passed_over(next_offset, Why.DAMAGED, str(damage))
        return Snapshot(next_offset=next_offset, fold_version=manifest.fold_version, parts=parts)

    def _passed_over(self, next_offset: int, why: Why, reason: str) -> PassedOver:
        text = f"The snapshot at entry {next_offset} in {self.where} was not used: {reason}."
        return PassedOver(next_offset=next_offset, why=why, text=text)


def _part(name: str, part: PartList, chunk: Callable[[str], bytes | None]) -> bytes:
    content = b"".join(_chunk(name, sha256, chunk(sha256)) for sha256 in part.chunks)
    if len(content) != part.size:
        raise ChunkBroken(f"part {name!r} has {len(content)} bytes, its manifest says {part.size}")
    return content


def _chunk(name: str, sha256: str, kept: bytes | None) -> bytes:
    if kept is None:
        raise ChunkBroken(f"chunk {sha256} of part {name!r} is missing")
    content = _unpacked(kept)
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        raise ChunkBroken(f"chunk {sha256} of part {name!r} does not match its hash")
    return content


def _unpacked(kept: bytes) -> bytes | None:
    try:
        return zlib.decompress(kept)
    except zlib.error:
        return None
