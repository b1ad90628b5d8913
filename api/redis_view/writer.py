"""The writing side: what a projector puts, as one step of Redis for all topics, by any number of projectors at once.

Redis itself compares versions and numbers deltas, so that a projector that was paused and wakes up changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from api.redis_view.connection import Server, ViewLost
from api.redis_view.names import Names, read, written
from api.redis_view.scripts import BEGIN, FORGET, MARK_WHOLE, PUT, SAY
from api.versions import GONE_MAX, Key, Version
from api.view import TOPICS_MAX, Published, Update
from schemas.picture import Kind
from schemas.times import Instant
from schemas.told import DeskTold

DELTAS_MAX: Final = 8_192
DELTAS_BYTES_MAX: Final = 16 * 1024 * 1024
"""Bounds of an area's deltas in Redis: the oldest leave, and a follower that was away for longer reads all anew."""
UPDATES_A_STEP: Final = 500
"""Keys in one step: more are put in several, so that Redis is never held up for long."""
_LOST: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much of an area Redis holds at most."""

    topics: int = TOPICS_MAX
    gone: int = GONE_MAX
    deltas: int = DELTAS_MAX
    deltas_bytes: int = DELTAS_BYTES_MAX


class RedisView:
    """One area of one realm. All calls raise ViewUnavailable, and all but `begin` ViewLost."""

    def __init__(
        self,
        server: Server,
        realm: str,
        area: str,
        *,
        new_run: Callable[[], str],
        bounds: Bounds | None = None,
    ) -> None:
        self.refused = 0
        """Times a topic was wanted that was one too many."""
        self._names = Names(realm, area)
        self._server, self._new_run = server, new_run
        bounds = bounds or Bounds()
        self._bounds = (bounds.topics, bounds.gone, bounds.deltas, bounds.deltas_bytes)
        self._run = ""
        self._scripts = {text: server.client.register_script(text) for text in (BEGIN, PUT, FORGET, SAY, MARK_WHOLE)}

    @property
    def run(self) -> str:
        """The run that it puts into; empty before `begin`."""
        return self._run

    def begin(self) -> bool:
        """Join the run that stands, or begin one; whether it is whole. Else put everything, and then `mark_whole`."""
        run, whole = self._ask(BEGIN, run=self._new_run())
        self._run = run.decode()
        return bool(whole == b"1")

    def put(self, updates: Sequence[Update]) -> Sequence[Published]:
        """Set and remove keys: one step for UPDATES_A_STEP keys. Whoever follows sends the deltas out."""
        for first in range(0, len(updates), UPDATES_A_STEP):
            packed = _pack([_row(update) for update in updates[first : first + UPDATES_A_STEP]])
            _, refused = self._ask(PUT, *self._bounds, packed)
            self.refused += refused
        return ()

    def forget(self, before: Version) -> None:
        """Forget the versions of keys that were removed before a version."""
        while self._ask(FORGET, *before, UPDATES_A_STEP) == UPDATES_A_STEP:
            pass

    def mark_whole(self) -> None:
        """Everything that the picture holds was put: from now on people may be shown it."""
        self._ask(MARK_WHOLE)

    def say(self, told: DeskTold | None, at: Instant) -> None:
        """A sign of life, and how the desk stands, where it told that, at a time of its own machine's clock."""
        self._ask(SAY, *((0, b"") if told is None else (told.next_offset, _encode(told))), at)

    def number(self) -> int:
        """The number of the run's last delta."""
        with self._server.asked():
            return int(self._server.client.hget(self._names.run, "n") or 0)

    def holding(self) -> Iterator[tuple[Key, Version]]:
        """Every key that is shown somewhere, with its version; read whole, and not in one step with what follows."""
        with self._server.asked():
            found: dict[bytes, bytes] = self._server.client.hgetall(self._names.keys)
        for field, held in found.items():
            offset, index, topics = held.split(b":", 2)
            if topics:
                kind, _, key = field.partition(b"/")
                yield (Kind(kind.decode()), read(key)), (int(offset), int(index))

    def _ask(self, script: str, *arguments: Any, run: str | None = None) -> Any:
        """What a script gives; ViewLost when the run is not the one that stands."""
        with self._server.asked():
            answer = self._scripts[script](
                keys=[self._names.run], args=[self._names.prefix, run or self._run, *arguments]
            )
        if answer == _LOST:
            raise ViewLost(f"run {self._run or 'none'} is not the one that Redis holds")
        return answer


def _row(update: Update) -> list[object]:
    """As texts: the msgpack of Redis knows no bytes."""
    shown = [text.decode() for topic, body in update.shown.items() for text in (written(topic), body)]
    return [update.kind.value, written(update.key).decode(), *update.version, shown]


_encode: Final = msgspec.json.Encoder().encode
_pack: Final = msgspec.msgpack.Encoder().encode
