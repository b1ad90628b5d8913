"""One journal partition in this worker's hands: its desk in a thread of its own, its messages in a bounded queue."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from schemas.kafka_log import Message
from streams.counted import Counted, counted
from streams.kept_desk import Interrupted
from streams.partition_desk import PartitionDesk

BATCH_BYTES: Final = 512 * 1024
QUEUED_MAX: Final = 1_000
"""Messages that wait for the desk; the reader waits when it is full, and with it the broker."""
QUEUED_BYTES_MAX: Final = 8 * BATCH_BYTES
"""The same of their bytes; the last one may be beyond."""
TICK_SECONDS: Final = 5.0


class HeldPartition:
    """Follows one partition until it is let go. Everything but the desk runs in the loop.

    While the desk restores, what comes is not kept: it is in the journal, and is read from there.
    """

    def __init__(self, desk: PartitionDesk, ended: Callable[[BaseException], None]) -> None:
        self.desk = desk
        self.is_live = False
        self._ended = ended
        self._queue: deque[Message] = deque()
        self._queued_bytes = 0
        self._changed = asyncio.Event()
        self._letting_go = threading.Event()
        self._thread = ThreadPoolExecutor(1, f"desk-{desk.partition}")
        self._task: asyncio.Task[None] | None = None
        self._was_restored = False
        self._theirs = self._ours = Counted()

    def take_up(self) -> None:
        """It is ours: restore, or go on from where the desk stood when it was ours before."""
        self._letting_go.clear()
        self.desk.moves()
        self._task = asyncio.create_task(self._follow(), name=f"partition {self.desk.partition}")

    async def let_go(self, *, save: bool) -> None:
        """It is no longer ours: finish the batch under way; with `save` leave a snapshot for the next owner."""
        self._letting_go.set()
        self._changed.set()
        task, self._task = self._task, None
        if task is not None:
            await task
        if save and self._was_restored:
            await self._run(self.desk.save)

    async def put(self, message: Message) -> None:
        """A message of the partition; waits while too many do."""
        while self.is_live and self._is_full and not self._letting_go.is_set():
            self._changed.clear()
            await self._changed.wait()
        if self.is_live:
            self._queue.append(message)
            self._queued_bytes += len(message.value)
            self._changed.set()

    @property
    def queued(self) -> int:
        """Messages that wait for the desk."""
        return len(self._queue)

    @property
    def counted(self) -> Counted:
        """What its desks have counted while they were ours; any thread may ask."""
        return counted(self.desk.desks.values()).since(self._theirs) if self.is_live else self._ours

    @property
    def _is_full(self) -> bool:
        return len(self._queue) >= QUEUED_MAX or self._queued_bytes >= QUEUED_BYTES_MAX

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await self._run(self._restore)
            self.is_live = True
            await self._run(self.desk.catch_up)
            tick_at = loop.time()
            while not self._letting_go.is_set():
                if loop.time() >= tick_at:
                    await self._run(self._tick)
                    tick_at = loop.time() + TICK_SECONDS
                elif self._queue:
                    await self._run(partial(self.desk.take, self._batch()))
                else:
                    await self._wait(tick_at - loop.time())
        except Interrupted:
            self._was_restored = False  # let go while it restored: its desks are folded in part, and not to be saved
        except BaseException as error:  # noqa: BLE001 - the boundary of the thread: it ends the process
            self._ended(error)
        finally:
            self._ours, self.is_live = self.counted, False
            self._queue.clear()
            self._queued_bytes = 0

    def _restore(self) -> None:
        if not self._was_restored:
            self.desk.restore(self._letting_go.is_set)
            self._was_restored = True
        else:
            self.desk.resume()
        self._theirs = counted(self.desk.desks.values()).since(self._ours)

    def _tick(self) -> None:
        self.desk.tick()
        self.desk.census_if_due()

    def _batch(self) -> list[Message]:
        batch, size = [], 0
        while self._queue and size < BATCH_BYTES:
            batch.append(self._queue.popleft())
            size += len(batch[-1].value)
        self._queued_bytes -= size
        self._changed.set()
        return batch

    async def _wait(self, seconds: float) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _run(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)
