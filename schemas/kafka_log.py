"""One partition of one topic as a log: read from an offset to an offset, appended to, every failure named.

For threads, not for an event loop: kafka-python does its I/O in a thread of its own and callers wait.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka.partitioner.default import murmur2

from schemas.brokers import Brokers
from schemas.topics import Topic

CONSUMERS_IDLE_MAX: Final = 4
"""Readers that wait for the next reading, so that it need not connect first."""
ACK_SECONDS: Final = 30.0
"""How long an append waits for the brokers; after that nobody knows whether it was written."""
SILENT_SECONDS: Final = 30.0
"""How long a read waits for the next message of a log that has one."""
GAP_MAX: Final = 64
"""Messages between two that are wanted which are read with them."""
FETCH_BYTES: Final = 8 * 1024 * 1024
BATCH_BYTES: Final = 1024 * 1024
REQUEST_BYTES_MAX: Final = 16 * 1024 * 1024


class LogUnreachable(ConnectionError):
    """The brokers did not do what was asked; of an append nobody knows whether it was written."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a log."""

    offset: int
    key: bytes
    value: bytes


def partition_of(area: str, topic: Topic) -> int:
    """The partition that an area's messages go to, as every client computes it from the key."""
    return int((murmur2(area.encode()) & 0x7FFFFFFF) % topic.partitions)


class KafkaClients:
    """The clients of one process: one producer, and a consumer for whoever reads. `clock` is monotonic seconds.

    Any thread may ask for either.
    """

    def __init__(self, brokers: Brokers, role: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.brokers, self.clock = brokers, clock
        self._options: dict[str, Any] = brokers.options(role)
        self._producer: Any = None
        self._making = threading.Lock()
        self._idle: list[Any] = []

    def producer(self) -> Any:
        """The one producer: idempotent, so that what it sends stands once and in order. LogUnreachable."""
        with self._making, named("Kafka cannot be reached"):
            if self._producer is None:
                self._producer = KafkaProducer(
                    **self._options,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=0,
                    batch_size=BATCH_BYTES,
                    compression_type=None,
                    max_block_ms=int(ACK_SECONDS * 1000),
                    delivery_timeout_ms=int(ACK_SECONDS * 1000),
                    request_timeout_ms=int(ACK_SECONDS * 1000) - 5_000,
                    max_request_size=REQUEST_BYTES_MAX,
                    metrics_enabled=False,
                )
            return self._producer

    def forget(self, producer: Any) -> None:
        """Let go of a producer that is of no more use: the next one who sends gets another."""
        with self._making:
            if self._producer is not producer:
                return  # another thread was here before
            self._producer = None
        _close(producer)

    @contextmanager
    def consumer(self) -> Iterator[Any]:
        """A consumer without a group, for one reader; one that failed is not used again. LogUnreachable."""
        try:
            consumer = self._idle.pop()
        except IndexError:
            with named("Kafka cannot be reached"):
                consumer = KafkaConsumer(
                    **self._options,
                    group_id=None,
                    enable_auto_commit=False,
                    auto_offset_reset="earliest",
                    max_partition_fetch_bytes=FETCH_BYTES,
                    fetch_max_wait_ms=100,
                    metrics_enabled=False,
                )
        is_well = False
        try:
            yield consumer
            is_well = True
        finally:
            if is_well and len(self._idle) < CONSUMERS_IDLE_MAX:
                self._idle.append(consumer)
            else:
                consumer.close(timeout_ms=1_000)

    def close(self) -> None:
        """Close the clients; what the producer has not sent was never confirmed."""
        if self._producer is not None:
            self.forget(self._producer)
        while self._idle:
            self._idle.pop().close(timeout_ms=1_000)


class KafkaLog:
    """One partition. Any thread reads; appends of one thread stand in order."""

    def __init__(self, clients: KafkaClients, topic: str, partition: int) -> None:
        self.name = f"{topic}/{partition}"
        self._clients = clients
        self.partition, self._topic = partition, topic
        self._at = TopicPartition(topic, partition)

    def append(self, messages: Sequence[tuple[bytes, bytes | None]]) -> list[int]:
        """Write keys and values in order, all confirmed on return; their offsets.

        LogUnreachable: any of them may stand, a later one also without an earlier one.
        """
        producer = self._clients.producer()
        with named(f"{self.name} cannot be written"):
            try:
                sent = [
                    producer.send(self._topic, key=key, value=body, partition=self.partition) for key, body in messages
                ]
                offsets = [int(future.get(timeout=ACK_SECONDS).offset) for future in sent]
            except KafkaError as error:
                if not error.retriable:  # after it an idempotent producer sends nothing any more
                    self._clients.forget(producer)
                raise
        if any(offset < 0 for offset in offsets):  # written at an earlier try, whose answer was lost with the broker
            raise LogUnreachable(f"{self.name} was written, and the brokers do not say where")
        return offsets

    def append_in_turn(self, messages: Iterable[tuple[bytes, bytes | None]]) -> list[int]:
        """The same, each confirmed before the next is sent: for whoever sends all again after LogUnreachable.

        Where it fails, no message stands without those before it.
        """
        return [offset for message in messages for offset in self.append([message])]

    def ends(self) -> tuple[int, int]:
        """The oldest offset that is still there, and the next to be written. LogUnreachable."""
        with self._clients.consumer() as consumer, named(f"{self.name} cannot be read"):
            return self._ends(consumer)

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Message]:
        """Messages from `start` to before `stop`, at most to the end as it was when the reading began. LogUnreachable.

        What retention has taken is left out without a word: whoever must have it compares offsets.
        """
        with self._clients.consumer() as consumer, named(f"{self.name} cannot be read"):
            first, end = self._ends(consumer)
            position, end = max(start, first), end if stop is None else min(stop, end)
            if position >= end:
                return
            consumer.seek(self._at, position)
            heard_at = self._clients.clock()
            while position < end:
                found = consumer.poll(timeout_ms=200).get(self._at, [])
                for record in found:
                    if record.offset >= end:
                        return
                    yield Message(record.offset, record.key or b"", record.value or b"")
                position = consumer.position(self._at)
                now = self._clients.clock()
                heard_at = now if found else heard_at
                if now - heard_at > SILENT_SECONDS:
                    raise LogUnreachable(f"{self.name} cannot be read: nothing came for {SILENT_SECONDS:.0f} s")

    def read_at(self, offsets: Iterable[int]) -> Iterator[Message]:
        """The messages at these offsets that are still there, in order; of what lies between, little is read."""
        for run in runs_of(offsets):
            wanted = set(run)
            for message in self.read(run[0], run[-1] + 1):
                if message.offset in wanted:
                    yield message

    def _ends(self, consumer: Any) -> tuple[int, int]:
        consumer.assign([self._at])
        return int(consumer.beginning_offsets([self._at])[self._at]), int(consumer.end_offsets([self._at])[self._at])


def runs_of(offsets: Iterable[int]) -> Iterator[list[int]]:
    """Offsets in order, parted where so many lie between two that it is cheaper to begin to read again."""
    run: list[int] = []
    for offset in sorted(set(offsets)):
        if run and offset - run[-1] > GAP_MAX:
            yield run
            run = []
        run.append(offset)
    if run:
        yield run


def _close(producer: Any) -> None:
    """Close a producer also when it has something to send that it cannot: by itself it then stays as it is."""
    try:
        producer.close(timeout=1)
    except KafkaError:
        producer._sender.force_close()  # noqa: SLF001 - kafka-python has no other way
        with suppress(KafkaError):
            producer.close(timeout=1)


@contextmanager
def named(what: str) -> Iterator[None]:
    """Kafka's errors as ours."""
    try:
        yield
    except KafkaError as error:
        raise LogUnreachable(f"{what}: {error}") from error
