"""Frames as bytes: ours encoded once for everyone; a client's judged by size and depth before it is parsed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
import orjson

from schemas.frames import ClientFrame, Gap, Heartbeat, Refused, Subscribe, Unsubscribe
from schemas.picture import Kind

CLIENT_FRAME_BYTES: Final = 4 * 1024
CLIENT_FRAME_DEPTH: Final = 4

_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")


def snapshot_frame(topic: str, epoch: str, seq: int, records: Mapping[Kind, Mapping[str, bytes]]) -> bytes:
    """A `Snapshot` of records that are JSON already; every kind is there, an empty one as `{}`."""
    return orjson.dumps({"t": "snapshot", "topic": topic, "e": epoch, "s": seq, "state": _as_they_are(records)})


def delta_frame(
    topic: str,
    epoch: str,
    seq: int,
    up: Mapping[Kind, Mapping[str, bytes]],
    gone: Mapping[Kind, Sequence[str]],
) -> bytes:
    """A `Delta` of records that are JSON already; `up` and `del` are both always there."""
    return orjson.dumps(
        {
            "t": "delta",
            "topic": topic,
            "e": epoch,
            "s": seq,
            "up": _as_they_are(up),
            "del": {kind.value: keys for kind, keys in gone.items()},
        }
    )


def plain_frame(frame: Heartbeat | Gap | Refused) -> bytes:
    """A frame without records."""
    return orjson.dumps(frame)


def read_client_frame(raw: bytes) -> ClientFrame | Refused:
    """What a client asks, or why it is refused."""
    if len(raw) > CLIENT_FRAME_BYTES:
        return Refused(reason="too_large")
    if _depth(raw) > CLIENT_FRAME_DEPTH:
        return Refused(reason="too_deep")
    try:
        asked = _asked.decode(raw)
    except msgspec.ValidationError:
        return Refused(reason="unknown_op")  # JSON, but nothing that we know how to do
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Refused(reason="not_json")
    if asked.op == "unsubscribe":
        return Unsubscribe(topic=asked.topic)
    return Subscribe(topic=asked.topic, epoch=asked.epoch, seq=asked.seq)


@dataclass(frozen=True, slots=True)
class _Asked:
    op: Literal["subscribe", "unsubscribe"]
    topic: str
    epoch: str | None = None
    seq: int | None = None


_asked: Final = msgspec.json.Decoder(_Asked)


def _depth(raw: bytes) -> int:
    """How deep brackets nest outside of texts; a text that does not end swallows the rest."""
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _as_they_are(records: Mapping[Kind, Mapping[str, bytes]]) -> dict[str, dict[str, orjson.Fragment]]:
    return {kind.value: {key: orjson.Fragment(body) for key, body in of.items()} for kind, of in records.items()}
