"""A console's side of the push protocol: the reducer that the page has too, and a picture folded from frames."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson

State = Mapping[str, Mapping[str, Any]]
Frame = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a client holds. empty: nothing yet; awaiting: a snapshot was announced; lost: a delta was missed."""

    e: str | None = None
    s: int = 0
    state: State = field(default_factory=dict)
    standing: Literal["empty", "following", "awaiting", "lost"] = "empty"


def apply_frame(picture: Picture, frame: Frame) -> Picture:
    """The picture after a frame of its topic; the same in dashboards/shared/live/picture.ts."""
    match frame["t"]:
        case "snapshot":
            return Picture(e=frame["e"], s=frame["s"], state=frame["state"], standing="following")
        case "delta":
            return _after_delta(picture, frame)
        case "gap":
            return replace(picture, standing="awaiting")
        case "heartbeat":
            return _after_heartbeat(picture, frame)
    return picture


def fold_frames(frames: Iterable[bytes], picture: Picture | None = None) -> Picture:
    """The picture after frames as they came off the wire."""
    picture = Picture() if picture is None else picture
    for frame in frames:
        picture = apply_frame(picture, orjson.loads(frame))
    return picture


def _after_delta(picture: Picture, delta: Frame) -> Picture:
    if picture.standing in ("empty", "awaiting"):
        return picture
    if delta["e"] != picture.e or delta["s"] > picture.s + 1:
        return replace(picture, standing="lost")
    if delta["s"] <= picture.s:
        return picture
    state = {kind: dict(records) for kind, records in picture.state.items()}
    for kind, records in delta["up"].items():
        state.setdefault(kind, {}).update(records)
    for kind, keys in delta["del"].items():
        for key in keys:
            state.setdefault(kind, {}).pop(key, None)
    return replace(picture, s=delta["s"], state=state, standing="following")


def _after_heartbeat(picture: Picture, beat: Frame) -> Picture:
    if picture.standing in ("empty", "awaiting"):
        return picture
    if beat["e"] != picture.e or beat["s"] > picture.s:
        return replace(picture, standing="lost")
    return replace(picture, standing="following") if beat["s"] == picture.s else picture
