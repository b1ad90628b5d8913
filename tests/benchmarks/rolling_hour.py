"""The rolling-window stage alone: how many events each cell had in the last hour, exact, decided on every event.

`python -m tests.benchmarks.rolling_hour` is its process: a Faust agent on the journal topic of the realm that the
environment names, each new count going out on the picture topic, in slabs, confirmed before the input is let go.
"""

import asyncio
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import heappop, heappush
from typing import Any, Final

import faust
import msgspec

from schemas.brokers import Brokers
from schemas.codec import decode_entry
from schemas.journal import Reported
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.settings import Settings
from schemas.slabs import lines_of, slabs
from schemas.times import HOUR, NEVER, Instant
from schemas.topics import JOURNAL, PICTURE
from streams.group import faust_app
from tests.benchmarks.kafka_engine import AREA

WAITING_MAX: Final = 1_000
BATCH_MAX: Final = 50
"""Messages, of 200 events at most."""


class Count(msgspec.Struct, frozen=True):
    """What a cell's count became with an event, named by its number; `fell`: because others left with it."""

    event: int
    cell: str
    count: int
    fell: bool = False


_encode: Final = msgspec.json.Encoder().encode
decode_count: Final = msgspec.json.Decoder(Count).decode


class RollingHour:
    """Counts by cell. An event counts until an hour after its time has passed on the clock, which is the newest event's
    time, whatever the order in which they come; memory is what the hour holds."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._ends: list[tuple[Instant, str]] = []
        self._clock: Instant = -NEVER
        self._events = 0

    def add(self, cell: str, at: Instant) -> Iterator[Count]:
        """One event more: the counts that changed, its own cell's last."""
        event, counts, ends = self._events, self.counts, self._ends
        self._events += 1
        self._clock = max(self._clock, at)
        while ends and ends[0][0] <= self._clock:
            gone = heappop(ends)[1]
            counts[gone] -= 1
            yield Count(event, gone, counts[gone], True)
            if not counts[gone]:
                del counts[gone]
        if at + HOUR > self._clock:
            counts[cell] = counts.get(cell, 0) + 1
            heappush(ends, (at + HOUR, cell))
        yield Count(event, cell, counts.get(cell, 0))


class Stage:
    """The agent, in Faust's loop; decoding, counting and telling in one thread beside it."""

    def __init__(self, settings: Settings) -> None:
        brokers, realm = Brokers.of(settings), settings.realm
        self._log = KafkaLog(KafkaClients(brokers, "bench"), PICTURE.of(realm), partition_of(AREA, PICTURE))
        self._hour, self._thread = RollingHour(), ThreadPoolExecutor(1, "hour")
        self._waiting: deque[tuple[Any, Any]] = deque()
        self._changed = asyncio.Event()
        self.app = faust_app(brokers, realm, f"rolling-hour-{os.getpid()}")
        self.app.agent(self.app.topic(JOURNAL.of(realm)), name="hour")(self._follow)
        self.app.task(self._run)

    async def _follow(self, stream: Any) -> None:
        async for event in stream.noack().events():
            while len(self._waiting) >= WAITING_MAX:
                self._changed.clear()
                await self._changed.wait()
            self._waiting.append((stream, event))
            self._changed.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while not self._waiting:
                self._changed.clear()
                await self._changed.wait()
            batch = [self._waiting.popleft() for _ in range(min(BATCH_MAX, len(self._waiting)))]
            self._changed.set()
            await loop.run_in_executor(self._thread, self._take, [event.message.value for _, event in batch])
            for stream, event in batch:
                await stream.ack(event)

    def _take(self, values: Sequence[bytes]) -> None:
        lines = (_encode(count) for value in values for count in self._counts(value))
        self._log.append([(AREA.encode(), slab) for _, slab in slabs(lines)])

    def _counts(self, value: bytes) -> Iterator[Count]:
        for line in lines_of(value):
            fact = decode_entry(line).fact
            if isinstance(fact, Reported):
                yield from self._hour.add(fact.cell, fact.at)


def main() -> None:
    """Until it is killed."""
    process = faust.Worker(Stage(Settings.from_environ(os.environ)).app, quiet=True, override_logging=False)
    process.spinner = None
    process.execute_from_commandline()


if __name__ == "__main__":
    main()
