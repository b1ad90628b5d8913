"""Whether a worker works: what it says to whoever asks if it is ready, and the watchdog that ends one that is stuck."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.kafka_log import LogUnreachable
from streams.desk_state import TICK_AGE_SECONDS_MAX
from streams.held_partition import HeldPartition
from streams.kept_desk import Clock

LOOK_SECONDS: Final = 5.0
STUCK_SECONDS: Final = 60.0
BEHIND_SECONDS_MAX: Final = 10.0


class Stuck(Exception):
    """A partition has messages, and its desk has folded none for STUCK_SECONDS, or its restore stands still so long."""


@dataclass(slots=True)
class _Seen:
    """How one partition was found: where its desk stood, and since when; and the end that it is to come to, since when.

    More may have come since: one that comes to where the end stood then keeps up, though it is never at the end.
    """

    at: int
    since: float
    end: int
    end_since: float
    behind: int = 0


class Watching:
    """Looks at a worker's partitions every few seconds. `held` is None while they are being shared out."""

    def __init__(
        self,
        held: Callable[[], Mapping[int, HeldPartition] | None],
        *,
        clock: Clock,
        is_ticked: bool,
        ended: Callable[[BaseException], None],
    ) -> None:
        self._held, self._clock, self._is_ticked, self._ended = held, clock, is_ticked, ended
        self._seen: dict[int, _Seen] = {}
        self._trouble: str | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            held = dict(self._held() or {})
            try:
                for partition, one in held.items():
                    if one.is_live:
                        self.look(partition, one, await asyncio.to_thread(one.desk.behind))
                    else:
                        self.look_at_restore(partition, one)
                self._trouble = None
            except LogUnreachable as error:
                self._trouble = str(error)
            except Stuck as error:
                self._ended(error)
            self._seen = {partition: seen for partition, seen in self._seen.items() if partition in held}

    def look(self, partition: int, one: HeldPartition, behind: int) -> None:
        """Note how a partition stands; Stuck."""
        now, at = self._clock(), one.desk.next_message
        seen = self._seen.setdefault(partition, _Seen(at, now, at + behind, now))
        if seen.at != at or not behind:
            seen.at, seen.since = at, now
        if at >= seen.end or not behind:
            seen.end, seen.end_since = at + behind, now
        seen.behind = behind
        if behind and now - seen.since >= STUCK_SECONDS:
            raise Stuck(f"partition {partition} stands at message {at} for {now - seen.since:.0f} s, {behind} to come")

    def look_at_restore(self, partition: int, one: HeldPartition) -> None:
        """Stuck."""
        still_s = self._clock() - one.desk.moved_at
        if still_s >= STUCK_SECONDS:
            raise Stuck(f"the restore of partition {partition} stands still for {still_s:.0f} s")

    def why_not(self) -> str | None:
        """Why the worker is not ready, in plain words; None: it is. From any thread."""
        held = self._held()
        if held is None:
            return "The areas are being shared out."
        if self._trouble is not None:
            return self._trouble
        now = self._clock()
        for partition, one in sorted(held.items()):
            if not one.is_live:
                return f"Partition {partition} is being restored."
            ticked_at, seen = one.desk.ticked_at, self._seen.get(partition)
            if self._is_ticked and one.desk.desks and (ticked_at is None or now - ticked_at > TICK_AGE_SECONDS_MAX):
                age = "yet" if ticked_at is None else f"for {now - ticked_at:.0f} s"
                return f"Partition {partition} has not ticked {age}."
            if seen is not None and seen.at < seen.end and now - seen.end_since > BEHIND_SECONDS_MAX:
                return f"Partition {partition} is behind: {seen.behind} messages wait."
        return None
