"""What crosses the WebSocket: one JSON object a frame, in both directions."""

from dataclasses import dataclass, field
from typing import Any, Literal

State = dict[str, dict[str, dict[str, Any]]]
"""kind -> key -> redacted record, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The whole state of a topic at `s`."""

    t: Literal["snapshot"] = "snapshot"
    topic: str
    e: str
    s: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What changed from `s - 1` to `s`: records set, keys removed."""

    t: Literal["delta"] = "delta"
    topic: str
    e: str
    s: int
    up: State = field(default_factory=dict)
    del_: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The topic is alive at `s`. `at` is the desk's clock; `desk` says whether the desk is itself up to date.

    While a desk that has just started restores, `e` and `s` are the client's own ("" and 0 for one without a picture).
    `why` is what is wrong with the desk or what it keeps, in plain words for people; null while all is well.
    """

    t: Literal["heartbeat"] = "heartbeat"
    topic: str
    e: str
    s: int
    at: str
    desk: Literal["live", "catching_up", "stopped"] = "live"
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What the client missed is no longer in the ring; a snapshot follows."""

    t: Literal["gap"] = "gap"
    topic: str
    e: str
    s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The server will not do that; `reason` is one of a fixed list."""

    t: Literal["refused"] = "refused"
    reason: Literal[
        "not_json", "unknown_op", "too_large", "too_deep", "too_many_topics", "unknown_topic", "not_allowed", "too_fast"
    ]
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Follow a topic, from `seq` of `epoch` on where the ring still has it, else from a snapshot."""

    op: Literal["subscribe"] = "subscribe"
    topic: str
    epoch: str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Stop following a topic."""

    op: Literal["unsubscribe"] = "unsubscribe"
    topic: str


ServerFrame = Snapshot | Delta | Heartbeat | Gap | Refused
ClientFrame = Subscribe | Unsubscribe
