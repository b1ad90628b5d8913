"""The worker of the Kafka engine: a Faust app whose agents append what arrives and fold the journal, areas shared out.

`faust -A streams.worker worker`, or `nightdesk worker`. Faust hands out partitions and messages; what is folded, told
and saved is ours (partition_desk.py), and any error nobody foresaw ends the process: a supervisor starts it again.
"""

import asyncio
import logging
import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from typing import Any, Final

import faust

from schemas.brokers import Brokers
from schemas.codec import NewerCodec
from schemas.health_server import HealthServer
from schemas.kafka_log import KafkaClients, LogUnreachable, Message
from schemas.log import log_of, logging_to, trace_of
from schemas.meters import Meters
from schemas.reference import load_area
from schemas.settings import Settings
from schemas.times import Instant
from schemas.topics import API, FEED_TOPICS, JOURNAL, REPLAY
from schemas.trouble import Trouble
from streams.arriving import Arrived, Arriving
from streams.core.desk import PolicyMissing, UnknownFoldVersion
from streams.group import faust_app, leave
from streams.held_partition import BATCH_BYTES, HeldPartition
from streams.instance import Instance
from streams.journal import JournalError, JournalUnreachable
from streams.kafka_journal import KafkaJournal
from streams.kafka_topics import TopicAdministration
from streams.kept_desk import AreaStopped
from streams.partition_desk import PartitionDesk, begin
from streams.watching import Stuck, Watching
from streams.worker_readings import worker_readings

ARRIVING_MAX: Final = 1_000
"""Messages of feeds that wait for intake; the reader waits when it is full, and with it the broker."""
ARRIVING_BYTES_MAX: Final = 8 * BATCH_BYTES
"""The same of their bytes; the last one may be beyond."""
ENDED_BADLY: Final = 70
TRY_SECONDS: Final = 1.0
"""Between two tries to begin while the brokers do not answer."""
ARRIVING: Final = (*FEED_TOPICS.values(), REPLAY, API)
PLAIN: Final = (
    *(LogUnreachable, JournalError, NewerCodec),
    *(AreaStopped, PolicyMissing, Stuck, UnknownFoldVersion),
)
"""Errors whose text says to whoever runs the worker what to do; of others the log has kind and place alone."""

_log: Final = log_of("worker")


class Worker:
    """One worker process. All methods run in Faust's loop."""

    def __init__(self, settings: Settings, instance: str) -> None:
        self.instance = instance
        self._brokers, self._realm = Brokers.of(settings), settings.realm
        self._replication = settings.replication
        self._meters = Meters()
        self._areas = [load_area(name, settings.reference) for name in settings.areas]
        self._clients = KafkaClients(self._brokers, "worker")
        self._arriving = Arriving(
            self._clients, self._areas, realm=self._realm, count=self._meters.count, measure=self._meters.measure
        )
        self._intake_thread = ThreadPoolExecutor(1, "intake")
        self._arrived: deque[tuple[Any, Arrived]] = deque()
        self._arrived_bytes = 0
        self._arrived_changed = asyncio.Event()
        self._appending = asyncio.Lock()
        self._held: dict[int, HeldPartition] = {}
        self._is_shared_out = False
        self._unreached = Trouble("worker")
        self._watching = Watching(
            lambda: self._held if self._is_shared_out else None,
            clock=self._clients.clock, is_ticked=not self._realm.is_replay, ended=self._end,
        )  # fmt: skip
        self._meters.read_by(worker_readings(lambda: self._held, self._clients.clock))
        self.app = self._app(instance)

    def _app(self, instance: str) -> Any:
        app = faust_app(self._brokers, self._realm, instance)
        arriving = app.topic(*(topic.of(self._realm) for topic in ARRIVING))
        journal = app.topic(JOURNAL.of(self._realm))
        app.agent(arriving, name="intake")(self._follow_arriving)
        app.agent(journal, name="desk")(self._follow_journal)
        app.task(self._append)
        app.task(self._watching.run)
        app.on_partitions_assigned.connect(self._assigned)
        app.on_partitions_revoked.connect(self._revoked)
        app.on_before_shutdown.connect(self._shut_down)
        return app

    def answering(self, host: str, port: int) -> HealthServer:
        """Say how it is to whoever asks, from now on."""
        return HealthServer(
            host, port, ready=lambda: self._unreached.text or self._watching.why_not(), meters=self._meters
        )

    def begin_when_it_can(self, *, create_topics: bool) -> None:
        """Begin as soon as the brokers answer, and say for as long as they do not. TopicsWrong."""
        while True:
            try:
                self.begin(create_topics=create_topics)
            except (LogUnreachable, JournalUnreachable) as error:
                self._unreached.set("Kafka cannot be reached. The desk begins by itself as soon as it can.", str(error))
                time.sleep(TRY_SECONDS)
            else:
                self._unreached.set(None)
                return

    def leave(self) -> None:
        """It does not come back: others may have its areas at once, or where the brokers are gone, in a while."""
        try:
            leave(self._brokers, self._realm, self.instance)
        except LogUnreachable as error:
            _log.warning("%s", error)

    def begin(self, *, create_topics: bool) -> None:
        """Before the first message: the topics are what the registry says, and every area's journal is begun."""
        administration = TopicAdministration(self._brokers, self._realm, replication=self._replication)
        try:
            if create_topics:
                administration.create()
            administration.check()
        finally:
            administration.close()
        for area in self._areas:
            begin(KafkaJournal(self._clients, realm=self._realm, area=area.id), area.policy)

    async def _follow_arriving(self, stream: Any) -> None:
        prefix = len(self._realm.name) + 1
        async for event in stream.noack().events():
            while len(self._arrived) >= ARRIVING_MAX or self._arrived_bytes >= ARRIVING_BYTES_MAX:
                self._arrived_changed.clear()
                await self._arrived_changed.wait()
            got = event.message
            arrived = Arrived(got.topic[prefix:], got.partition, Message(got.offset, got.key or b"", got.value or b""))
            self._arrived.append(((stream, event), arrived))
            self._arrived_bytes += len(arrived.message.value)
            self._arrived_changed.set()

    async def _append(self) -> None:
        """Append what arrived, in order, and only then let Kafka forget that it was read."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                while not self._arrived:
                    self._arrived_changed.clear()
                    await self._arrived_changed.wait()
                async with self._appending:
                    acks, batch = self._batch()
                    await loop.run_in_executor(self._intake_thread, self._arriving.take, batch)
                    for stream, event in acks:
                        await stream.ack(event)
        except Exception as error:  # noqa: BLE001 - the process's boundary
            self._end(error)

    def _batch(self) -> tuple[list[Any], list[Arrived]]:
        acks, batch, size = [], [], 0
        while self._arrived and size < BATCH_BYTES:
            ack, arrived = self._arrived.popleft()
            acks.append(ack)
            batch.append(arrived)
            size += len(arrived.message.value)
        self._arrived_bytes -= size
        self._arrived_changed.set()
        return acks, batch

    async def _follow_journal(self, stream: Any) -> None:
        """What was read of the journal may be forgotten at once: a restore reads the journal itself."""
        async for event in stream.noack().events():
            got = event.message
            held = self._held.get(got.partition)
            if held is not None:
                await held.put(Message(got.offset, got.key or b"", got.value or b""))
            await stream.ack(event)

    async def _assigned(self, _app: Any, assigned: Any, **_: Any) -> None:
        ours = {at.partition for at in assigned if at.topic == JOURNAL.of(self._realm)}
        for partition in set(self._held) - ours:
            del self._held[partition]
        for partition in sorted(ours):
            if partition not in self._held:
                self._held[partition] = HeldPartition(self._desk(partition), self._end)
            self._held[partition].take_up()
        self._is_shared_out = True
        _log.info("Holds partitions %s", sorted(ours))

    async def _revoked(self, _app: Any, revoked: Any, **_: Any) -> None:
        gone = [at.partition for at in revoked if at.topic == JOURNAL.of(self._realm)]
        self._is_shared_out = False
        await self._let_go([partition for partition in gone if partition in self._held])

    async def _shut_down(self, _app: Any, **_: Any) -> None:
        """Finish what is under way, leave snapshots, leave the group, and end: Faust would take another second.

        What was appended and not yet committed is read again by the next owner, and counts once.
        """
        _log.info("Stops: its areas go to others")
        self._is_shared_out = False
        await self._appending.acquire()
        await self._let_go(list(self._held))
        await asyncio.to_thread(self.leave)
        self._clients.close()
        if self.app.crashed:
            _log.error(
                "The worker ends, to be started again: Faust could not go on, %s", trace_of(self.app.crash_reason)
            )
        logging.shutdown()
        os._exit(ENDED_BADLY if self.app.crashed else 0)

    async def _let_go(self, partitions: list[int]) -> None:
        await asyncio.gather(*(self._held[partition].let_go(save=True) for partition in partitions))
        _log.info("Gave back partitions %s", sorted(partitions))

    def _desk(self, partition: int) -> PartitionDesk:
        return PartitionDesk(
            self._clients, partition, self._areas, realm=self._realm, now=_wall, measure=self._meters.measure
        )

    def _end(self, error: BaseException) -> None:
        _log.error("The worker ends, to be started again: %s", error if isinstance(error, PLAIN) else trace_of(error))
        os._exit(ENDED_BADLY)


def _wall() -> Instant:
    return time.time_ns() // 1_000_000


def worker_of(settings: Settings, *, create_topics: bool = False) -> Worker:
    """A worker that may begin: it has a name of its own, and the topics are as they must be."""
    found = Worker(settings, Instance(settings.data).name)
    found.begin_when_it_can(create_topics=create_topics)
    return found


def serve(settings: Settings, *, create_topics: bool = False) -> None:
    """Work until SIGTERM or Ctrl-C. TopicsWrong, HealthTaken, NoInstance."""
    with logging_to(None, settings.log_level):
        found = Worker(settings, Instance(settings.data).name)
        with closing(found.answering(settings.host, settings.health_port)):
            found.begin_when_it_can(create_topics=create_topics)
            process = faust.Worker(found.app, quiet=True, override_logging=False)
            process.spinner = None
            process.execute_from_commandline()


@cache
def _worker_of_environ() -> Worker:
    return worker_of(Settings.from_environ(os.environ))


def __getattr__(name: str) -> Any:
    """Faust's command line asks for `app`: nothing is connected before it does."""
    if name == "app":
        return _worker_of_environ().app
    raise AttributeError(name)
