"""Bytes and records, out and in by msgspec, every envelope with its version; golden bytes of each version are kept.

A journal entry is `{"v":1,"t":type,"o":[stream,position,index]|null,"d":fact}`.
A feed record is `{"v":1,"t":type,"d":record}`.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    PointEvent,
    SbnReport,
    Withdrawal,
)
from schemas.journal import (
    Entry,
    Fact,
    FeedHeard,
    FoldVersion,
    Origin,
    ReferenceAdopted,
    Reported,
    Seen,
    Tick,
    Triggered,
    Withdrawn,
)

VERSION: Final = 1

FACT_TYPES: Final[dict[str, type[Fact]]] = {
    "reported": Reported,
    "triggered": Triggered,
    "withdrawn": Withdrawn,
    "seen": Seen,
    "feed_heard": FeedHeard,
    "tick": Tick,
    "reference_adopted": ReferenceAdopted,
    "fold_version": FoldVersion,
}
FEED_TYPES: Final[dict[str, type[FeedRecord]]] = {
    "lfb_call": LfbCall,
    "sbn_report": SbnReport,
    "nightstars_encounter": NightStarsEncounter,
    "noise_trigger": NoiseTrigger,
    "point_event": PointEvent,
    "withdrawal": Withdrawal,
    "feed_heartbeat": FeedHeartbeat,
}
_FACT_NAMES: Final = {kind: name for name, kind in FACT_TYPES.items()}
_FEED_NAMES: Final = {kind: name for name, kind in FEED_TYPES.items()}

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises at bytes that are no JSON, no UTF-8 or nested without end."""


class CodecError(ValueError):
    """Bytes that are not what they should be: not JSON, an unknown version or type, or a field with a wrong value."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    v: int
    t: str
    d: msgspec.Raw
    o: tuple[str, int, int] | None = None


_encode: Final = msgspec.json.Encoder().encode
_envelope: Final = msgspec.json.Decoder(_Envelope)
_facts: Final = {name: msgspec.json.Decoder(kind) for name, kind in FACT_TYPES.items()}
_records: Final = {name: msgspec.json.Decoder(kind) for name, kind in FEED_TYPES.items()}


def encode_entry(entry: Entry) -> bytes:
    """One journal entry as bytes."""
    fact, origin = entry.fact, entry.origin
    at = None if origin is None else (origin.stream, origin.position, origin.index)
    return _encode({"v": VERSION, "t": _FACT_NAMES[type(fact)], "o": at, "d": fact})


def decode_entry(body: bytes) -> Entry:
    """The entry of bytes; CodecError says what is wrong."""
    envelope = _open(body)
    decoder = _facts.get(envelope.t)
    if decoder is None:
        raise CodecError(f"journal entry type {envelope.t!r} is not one of {', '.join(FACT_TYPES)}")
    origin = None if envelope.o is None else Origin(stream=envelope.o[0], position=envelope.o[1], index=envelope.o[2])
    try:
        return Entry(fact=decoder.decode(envelope.d), origin=origin)
    except _UNREADABLE as error:
        raise CodecError(f"journal entry {envelope.t}: {error}") from error


def encode_record(record: FeedRecord) -> bytes:
    """One feed record as bytes."""
    return _encode({"v": VERSION, "t": _FEED_NAMES[type(record)], "d": record})


def decode_record(body: bytes) -> FeedRecord:
    """The feed record of bytes; CodecError says what is wrong."""
    envelope = _open(body)
    decoder = _records.get(envelope.t)
    if decoder is None:
        raise CodecError(f"feed record type {envelope.t!r} is not one of {', '.join(FEED_TYPES)}")
    try:
        return decoder.decode(envelope.d)
    except _UNREADABLE as error:
        raise CodecError(f"feed record {envelope.t}: {error}") from error


def _open(body: bytes) -> _Envelope:
    try:
        envelope = _envelope.decode(body)
    except _UNREADABLE as error:
        raise CodecError(f"not an envelope: {error}") from error
    if envelope.v != VERSION:
        raise CodecError(f"version {envelope.v} is not known here; this code reads version {VERSION}")
    return envelope
