"""The journal of one area on Kafka: slabs under the area's key in one partition of the journal topic.

Others append too, so an entry's offset is its message's, times LINES, plus its line: it rises and is never given twice.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Final

import msgspec

from schemas.codec import CodecError, NewerCodec, decode_entry, encode_entry
from schemas.journal import Entry, Tick
from schemas.kafka_log import KafkaClients, KafkaLog, LogUnreachable, Message, partition_of
from schemas.realms import Realm
from schemas.slabs import SLAB_BYTES_MAX, SLAB_MAX, lines_of
from schemas.times import Instant
from schemas.topics import BESIDE, JOURNAL
from streams.journal import BlobUnknown, JournalClosed, JournalDamaged, JournalForeign, JournalUnreachable, Skip

LINES: Final = 256
"""Offsets that one message takes, whatever it holds: at least SLAB_MAX."""

_skips: Final = msgspec.json.Decoder(tuple[str, str])
_dumps: Final = msgspec.json.encode


class KafkaJournal:
    """A Journal; `append` confirms each message by all brokers that must have it. One thread appends, any reads."""

    def __init__(self, clients: KafkaClients, *, realm: Realm, area: str) -> None:
        partition = partition_of(area, JOURNAL)
        self._log = KafkaLog(clients, JOURNAL.of(realm), partition)
        self._beside = KafkaLog(clients, BESIDE.of(realm), partition)
        self._area, self._key = area, area.encode()
        self._closed = False
        self._positions: dict[str, int] = {}
        self._clock: Instant = 0
        self._read_to = 0
        self._blobs: dict[str, bytes] = {}
        self._skips: dict[int, Skip] = {}
        self._beside_to = 0

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self._area} in {self._log.name}"

    @property
    def end(self) -> int:
        """The next offset to be written, by anybody of the same partition."""
        with self._naming():
            return self._log.ends()[1] * LINES

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Write entries in order, confirmed on return; their offsets."""
        messages = list(_messages(entries))
        with self._naming():
            written = self._log.append_in_turn((self._key, b"\n".join(lines)) for lines in messages)
        return [at * LINES + line for at, lines in zip(written, messages, strict=True) for line in range(len(lines))]

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Offsets and entries from `start` to before `stop` or the end as it is now."""
        if start < 0:
            raise ValueError(f"start is {start}; the first offset of a journal is 0")
        end = self.end
        return self._entries(start, end if stop is None else min(stop, end))

    def position(self, stream: str) -> int:
        """The highest origin position of a stream, 0 if none; reads what it has not read yet."""
        end = self.end
        for _, entry in self._entries(self._read_to, end):
            origin = entry.origin
            if isinstance(entry.fact, Tick):
                self._clock = max(self._clock, entry.fact.at)
            if origin is not None and origin.position > self._positions.get(origin.stream, 0):
                self._positions[origin.stream] = origin.position
        self._read_to = end
        return self._positions.get(stream, 0)

    def clock(self) -> Instant:
        """About where the desk's clock stands, 0 before its first tick; reads what it has not read yet."""
        self.position("")
        return self._clock

    def put_blob(self, blob: bytes) -> str:
        """Keep bytes under the SHA-256 returned; a repeat changes nothing."""
        sha256 = hashlib.sha256(blob).hexdigest()
        with self._naming():
            self._read_beside()
            if sha256 not in self._blobs:
                self._beside.append([(f"{self._area} blob {sha256}".encode(), blob)])
        return sha256

    def blob(self, sha256: str) -> bytes:
        """The bytes kept under a SHA-256; BlobUnknown if there are none."""
        with self._naming():
            if sha256 not in self._blobs:
                self._read_beside()
        if sha256 not in self._blobs:
            raise BlobUnknown(self.name, sha256)
        return self._blobs[sha256]

    def skip(self, offset: int, sha256: str, trace: str) -> None:
        """Put an entry on the skip list; the first word on an offset stays."""
        end = self.end
        if not 0 <= offset < end:
            raise ValueError(f"offset {offset} is not in the journal, which holds 0 to before {end}")
        with self._naming():
            self._read_beside()
            if offset not in self._skips:
                self._beside.append([(f"{self._area} skip {offset}".encode(), _dumps((sha256, trace)))])

    def skips(self) -> dict[int, Skip]:
        """The skip list by offset."""
        with self._naming():
            self._read_beside()
        return dict(sorted(self._skips.items()))

    @property
    def skipped(self) -> int:
        """How many entries are on the skip list, as far as it was read; any thread may ask."""
        return len(self._skips)

    def close(self) -> None:
        """Let go; the clients are whoever's gave them."""
        self._closed = True

    def _entries(self, start: int, stop: int) -> Iterator[tuple[int, Entry]]:
        with self._naming():
            for message in self._log.read(start // LINES, math.ceil(stop / LINES)):
                if message.key != self._key:
                    continue
                for offset, entry in entries_of(message, self.name):
                    self._refuse_when_closed()
                    if start <= offset < stop and isinstance(entry, Entry):
                        yield offset, entry

    def _read_beside(self) -> None:
        """Read on in what lies beside the journal. The first word on an offset stays; a blob is what its hash says."""
        for message in self._beside.read(self._beside_to):
            self._beside_to = message.offset + 1
            area, what, name = message.key.decode().split(" ")
            if area != self._area:
                continue
            if what == "skip":
                sha256, trace = _skips.decode(message.value)
                self._skips.setdefault(int(name), Skip(offset=int(name), sha256=sha256, trace=trace))
            elif hashlib.sha256(message.value).hexdigest() != name:
                raise JournalDamaged(self.name, f"the bytes kept under SHA-256 {name} have another one")
            else:
                self._blobs[name] = message.value

    @contextmanager
    def _naming(self) -> Iterator[None]:
        self._refuse_when_closed()
        try:
            yield
        except LogUnreachable as error:
            raise JournalUnreachable(self.name, str(error)) from error

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise JournalClosed(self.name)


def entries_of(message: Message, name: str) -> Iterator[tuple[int, Entry | CodecError]]:
    """The offset of each line of a message, and its entry, or why it is none: rubbish, which every owner leaves out.

    JournalForeign: a newer Nightdesk wrote it, and only that one can go on.
    """
    for offset, line in enumerate(lines_of(message.value), message.offset * LINES):
        try:
            yield offset, decode_entry(line)
        except NewerCodec as error:
            raise JournalForeign(name, f"entry {offset}: {error}") from error
        except CodecError as error:
            yield offset, error


def _messages(entries: Sequence[Entry]) -> Iterator[list[bytes]]:
    """Slabs of entries; those of one origin position are never parted, because a slab is written whole or not."""
    held: list[bytes] = []
    size = 0
    for _, group in groupby(enumerate(entries), key=_togetherness):
        lines = [encode_entry(entry) for _, entry in group]
        if len(lines) > SLAB_MAX:
            raise ValueError(f"{len(lines)} entries of one origin position are more than a message takes, {SLAB_MAX}")
        weight = sum(map(len, lines))
        if held and (len(held) + len(lines) > SLAB_MAX or size + weight > SLAB_BYTES_MAX):
            yield held
            held, size = [], 0
        held = held + lines
        size += weight
    if held:
        yield held


def _togetherness(numbered: tuple[int, Entry]) -> tuple[str, int]:
    number, entry = numbered
    return ("", number) if entry.origin is None else (entry.origin.stream, entry.origin.position)
