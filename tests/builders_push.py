"""Changes, views and sessions for tests of the push, with defaults that a test overrides where it matters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson

from api.live.hub import DeskState, Hub
from api.memory_view import MemoryView
from api.projector import Projector
from api.view import Missed, Shown, Update, View, Whole
from schemas.picture import Change, Incident, Kind
from schemas.times import Instant
from tests.builders_client import Picture, fold_frames
from tests.builders_contracts import incident

AREA = "westminster"
OPERATIONS = f"{AREA}/operations"
GROUP = f"{AREA}/group"
AT: Instant = 1_778_968_800_000


def epochs(prefix: str = "e") -> Callable[[], str]:
    """e1, e2, ..."""
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


def memory_view(**bounds: int) -> MemoryView:
    """A view with counted epochs."""
    return MemoryView(epochs(), **bounds)


def change(offset: int, key: str = "a", index: int = 0, **changes: Any) -> Change:
    """An incident that operations sees, as it became at an offset."""
    defaults: dict[str, Any] = {"kind": Kind.INCIDENTS, "at": AT, "record": an_incident(key, reports=offset + 1)}
    return Change(key=key, offset=offset, index=index, **(defaults | changes))


def an_incident(key: str = "a", **changes: Any) -> Incident:
    """An incident of that id; no business reported it."""
    return incident(**({"id": key, "reporters": (), "members": ()} | changes))


def gone(offset: int, key: str = "a", kind: Kind = Kind.INCIDENTS, index: int = 0) -> Change:
    """A key that is no more."""
    return Change(kind=kind, key=key, offset=offset, index=index, at=AT, record=None)


def update(
    offset: int,
    key: str = "a",
    record: object = None,
    kind: Kind = Kind.INCIDENTS,
    topics: Sequence[str] = (OPERATIONS,),
) -> Update:
    """A key set to a record on these topics; None removes it."""
    shown = {} if record is None else dict.fromkeys(topics, orjson.dumps(record))
    return Update(kind=kind, key=key, version=(offset, 0), shown=shown)


def projected(view: View, changes: Sequence[Change], **rules: Any) -> Projector:
    """A projector that has flushed these changes, all at once."""
    projector = Projector(AREA, view=view, **rules)
    projector.apply(changes)
    projector.flush(0.0)
    return projector


def frames_from(view: Shown, topic: str, picture: Picture) -> list[bytes]:
    """What brings a client that holds this picture up to date."""
    frames: list[bytes] = []
    epoch, seq = picture.e, picture.s
    while True:
        match view.resume(topic, epoch, seq):
            case Whole() as whole:
                frames.append(whole.frame)
                epoch, seq = whole.epoch, whole.seq
            case Missed(deltas=()):
                return frames
            case Missed(deltas=deltas):
                frames.extend(delta.frame for delta in deltas)
                seq = deltas[-1].seq
            case None:
                raise AssertionError(f"{topic} is one topic too many")


def caught_up(view: Shown, topic: str = OPERATIONS, picture: Picture | None = None) -> Picture:
    """A client that reconnects with this picture (None: a new one), once up to date."""
    picture = Picture() if picture is None else picture
    return fold_frames(frames_from(view, topic, picture), picture)


@dataclass(slots=True)
class Clock:
    """A clock that a test sets."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Line:
    """An outlet without a socket; `is_read` False: the client reads nothing, and all that is sent waits."""

    is_read: bool = True
    is_open: bool = True
    unsent: int = 0
    written: int = 0
    frames: list[bytes] = field(default_factory=list)

    def write(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.written += len(frame)
        self.unsent += 0 if self.is_read else len(frame)

    def abort(self) -> None:
        self.is_open = False

    def read_all(self) -> None:
        """The client reads everything that waits."""
        self.unsent = 0

    def heard(self) -> list[dict[str, Any]]:
        """What was sent since the last look, as JSON, fragments put together."""
        messages, whole = [], b""
        for frame in self.frames:
            whole += payload_of(frame)
            if frame[0] & 0x80:
                messages.append(orjson.loads(whole))
                whole = b""
        self.frames.clear()
        assert whole == b"", "a message was begun and not finished"
        return messages


def payload_of(frame: bytes) -> bytes:
    """The payload of one unmasked frame."""
    length = frame[1]
    if length < 126:
        return frame[2:]
    return frame[4:] if length == 126 else frame[10:]


def a_hub(view: View, clock: Clock | None = None, *, is_shown: bool = True) -> Hub:
    """A hub whose desk is live, and restored."""
    clock = Clock() if clock is None else clock
    hub = Hub(AREA, view=view, desk=lambda: DeskState(at=AT, state="live"), clock=clock)
    if is_shown:
        hub.show()
    return hub
