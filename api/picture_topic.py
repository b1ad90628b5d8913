"""The picture topic as some areas' partitions of it, read from where its reader wants; for one thread.

Whoever reads chooses its place by itself and is in no group that could share partitions out: any number may read the
same, and one that dies is missed by nobody. A group's name only keeps places, each with a note of what they are worth.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from schemas.brokers import Brokers
from schemas.codec import CodecError
from schemas.kafka_log import FETCH_BYTES, named, partition_of
from schemas.log import log_of
from schemas.realms import Realm
from schemas.slabs import lines_of
from schemas.times import Instant
from schemas.told import Told, decode_told
from schemas.topics import PICTURE

POLL_S: Final = 0.05
FETCH_WAIT_MS: Final = 50
GATHERED_BYTES: Final = 1024 * 1024
"""So much is handed over at once, however little time was spent gathering it."""
MESSAGES_A_POLL: Final = 200
ANSWER_MS: Final = 10_000

_log: Final = log_of("projector")


class PictureTopic:
    """The partitions of some areas. All calls raise LogUnreachable; open another one then."""

    def __init__(self, brokers: Brokers, realm: Realm, areas: Sequence[str], *, group: str, gather_ms: int = 0) -> None:
        """`gather_ms`: how long the brokers gather what is told, for a reader whom nobody waits for."""
        self.unreadable = 0
        """Lines that were no line of the picture."""
        self._name = PICTURE.of(realm)
        places: dict[int, list[str]] = defaultdict(list)
        for area in areas:
            places[partition_of(area, PICTURE)].append(area)
        self.areas: dict[int, tuple[str, ...]] = {number: tuple(those) for number, those in places.items()}
        """By partition."""
        with named("Kafka cannot be reached"):
            self._consumer: Any = KafkaConsumer(
                **brokers.options(group),
                group_id=f"{realm}.{group}.{'.'.join(sorted(areas))}"[:200],
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=FETCH_BYTES,
                fetch_min_bytes=GATHERED_BYTES if gather_ms else 1,
                fetch_max_wait_ms=gather_ms or FETCH_WAIT_MS,
                metrics_enabled=False,
            )
            self._consumer.assign([self._at(number) for number in self.areas])

    def poll(self, within_s: float = POLL_S) -> Iterator[tuple[str, list[Told], Instant]]:
        """What came since, by area, and when it was told, after at most so long.

        Areas of others that share a partition are left out.
        """
        with named(f"{self._name} cannot be read"):
            found = self._consumer.poll(timeout_ms=ceil(1_000 * within_s), max_records=MESSAGES_A_POLL)
        for place, messages in found.items():
            areas = self.areas[place.partition]
            for message in messages:
                area = (message.key or b"").decode(errors="replace")
                if area in areas:
                    yield area, self._read(message), int(message.timestamp)

    def kept(self, partition: int) -> tuple[int, str] | None:
        """The place that was kept, and its note."""
        with named(f"{self._name} cannot be read"):
            found = self._consumer.committed(self._at(partition), metadata=True, timeout_ms=ANSWER_MS)
        return None if found is None else (int(found.offset), str(found.metadata or ""))

    def keep(self, partition: int, offset: int, note: str) -> None:
        """Keep a place."""
        with named(f"a place in {self._name} cannot be kept"):
            self._consumer.commit({self._at(partition): OffsetAndMetadata(offset, note, -1)}, timeout_ms=ANSWER_MS)

    def position(self, partition: int) -> int:
        """The offset that is read next."""
        with named(f"{self._name} cannot be read"):
            return int(self._consumer.position(self._at(partition)))

    def end(self, partition: int) -> int:
        """The offset that is written next."""
        at = self._at(partition)
        with named(f"{self._name} cannot be read"):
            return int(self._consumer.end_offsets([at])[at])

    def seek(self, partition: int, offset: int) -> None:
        """Go on from an offset, or from the oldest there is."""
        at = self._at(partition)
        with named(f"{self._name} cannot be read"):
            self._consumer.seek(at, max(offset, self._consumer.beginning_offsets([at])[at]))
            self._consumer.resume(at)

    def offset_at(self, partition: int, at: Instant) -> int:
        """The first message of a time on this machine's clock, or the end where all are older."""
        place = self._at(partition)
        with named(f"{self._name} cannot be read"):
            found = self._consumer.offsets_for_times({place: max(0, at)})[place]
        return self.end(partition) if found is None else int(found.offset)

    def rest(self, partition: int) -> None:
        """Read nothing of a partition until it is sought in."""
        with named(f"{self._name} cannot be read"):
            self._consumer.pause(self._at(partition))

    def close(self) -> None:
        """Let go of the brokers."""
        self._consumer.close(timeout_ms=1_000)

    def _at(self, partition: int) -> Any:
        return TopicPartition(self._name, partition)

    def _read(self, message: Any) -> list[Told]:
        told = []
        for line in lines_of(message.value or b""):
            try:
                told.append(decode_told(line))
            except CodecError as error:
                self.unreadable += 1
                _log.error("%s/%d at %d: %s", self._name, message.partition, message.offset, error)
        return told
