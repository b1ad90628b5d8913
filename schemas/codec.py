"""Bytes and records, out and in by msgspec, every envelope with its version; golden bytes of each version are kept.

A journal entry is `{"v":1,"t":type,"o":[stream,position,index]|null,"d":fact}`, and so is a line that somebody sent,
with a feed record, `seen` or `tick`; a feed record alone is `{"v":1,"t":type,"d":record}`.
"""

from collections.abc import Callable
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

Said = FeedRecord | Seen | Tick
"""What a line of a feed topic or of the api topic says."""

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
SENT_TYPES: Final[dict[str, type[Said]]] = {**FEED_TYPES, "seen": Seen, "tick": Tick}
_FACT_NAMES: Final = {kind: name for name, kind in FACT_TYPES.items()}
_SENT_NAMES: Final = {kind: name for name, kind in SENT_TYPES.items()}

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises at bytes that are no JSON, no UTF-8 or nested without end."""


class CodecError(ValueError):
    """Bytes that are not what they should be: not JSON, an unknown version or type, or a field with a wrong value."""


class NewerCodec(CodecError):
    """An envelope of a version or type that this code does not know: a newer Nightdesk wrote it, and can read it."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    v: int
    t: str
    d: msgspec.Raw
    o: tuple[str, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A line of a feed topic or of the api topic; without an origin its own place in the topic is where it is from."""

    said: Said
    origin: Origin | None = None


_encode: Final = msgspec.json.Encoder().encode
_envelope: Final = msgspec.json.Decoder(_Envelope)
_facts: Final = {name: msgspec.json.Decoder(kind) for name, kind in FACT_TYPES.items()}
_records: Final = {name: msgspec.json.Decoder(kind) for name, kind in FEED_TYPES.items()}
_said: Final[dict[str, Callable[[msgspec.Raw], Said]]] = {
    **{name: decoder.decode for name, decoder in _records.items()},
    "seen": msgspec.json.Decoder(Seen).decode,
    "tick": msgspec.json.Decoder(Tick).decode,
}


def encode_entry(entry: Entry) -> bytes:
    """One journal entry as bytes."""
    return _encode({"v": VERSION, "t": _FACT_NAMES[type(entry.fact)], "o": _place(entry.origin), "d": entry.fact})


def decode_entry(body: bytes) -> Entry:
    """The entry of bytes; CodecError says what is wrong."""
    envelope = _open(body)
    decoder = _facts.get(envelope.t)
    if decoder is None:
        raise NewerCodec(f"journal entry type {envelope.t!r} is not one of {', '.join(FACT_TYPES)}")
    try:
        return Entry(fact=decoder.decode(envelope.d), origin=_origin(envelope))
    except UNREADABLE as error:
        raise CodecError(f"journal entry {envelope.t}: {error}") from error


def encode_record(record: FeedRecord) -> bytes:
    """One feed record as bytes."""
    return _encode({"v": VERSION, "t": _SENT_NAMES[type(record)], "d": record})


def decode_record(body: bytes) -> FeedRecord:
    """The feed record of bytes; CodecError says what is wrong."""
    envelope = _open(body)
    decoder = _records.get(envelope.t)
    if decoder is None:
        raise CodecError(f"feed record type {envelope.t!r} is not one of {', '.join(FEED_TYPES)}")
    try:
        return decoder.decode(envelope.d)
    except UNREADABLE as error:
        raise CodecError(f"feed record {envelope.t}: {error}") from error


def encode_sent(sent: Sent) -> bytes:
    """One line of a feed topic or of the api topic."""
    return _encode({"v": VERSION, "t": _SENT_NAMES[type(sent.said)], "o": _place(sent.origin), "d": sent.said})


def decode_sent(body: bytes) -> Sent:
    """What somebody sent; CodecError says what is wrong."""
    envelope = _open(body)
    decode = _said.get(envelope.t)
    if decode is None:
        raise NewerCodec(f"what was sent is of type {envelope.t!r}, not one of {', '.join(SENT_TYPES)}")
    try:
        return Sent(said=decode(envelope.d), origin=_origin(envelope))
    except UNREADABLE as error:
        raise CodecError(f"what was sent, {envelope.t}: {error}") from error


def _place(origin: Origin | None) -> tuple[str, int, int] | None:
    return None if origin is None else (origin.stream, origin.position, origin.index)


def _origin(envelope: "_Envelope") -> Origin | None:
    at = envelope.o
    return None if at is None else Origin(stream=at[0], position=at[1], index=at[2])


def _open(body: bytes) -> _Envelope:
    try:
        envelope = _envelope.decode(body)
    except UNREADABLE as error:
        raise CodecError(f"not an envelope: {error}") from error
    if envelope.v != VERSION:
        raise NewerCodec(f"version {envelope.v} is not known here; this code reads version {VERSION}")
    return envelope
