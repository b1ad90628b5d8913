"""The nights' records as messages of the Kafka engine's feed topics: encoded before, sent as fast as may be."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from kafka import TopicPartition

from ingest.feeding import Records
from ingest.kafka_feed import source_of
from ingest.replaying import Nobody
from schemas.area import Area
from schemas.codec import Sent, encode_sent
from schemas.categories import Category
from schemas.command_line import wall
from schemas.feeds import FeedHeartbeat, SbnReport
from schemas.journal import Origin
from schemas.times import Instant
from schemas.kafka_log import KafkaClients, partition_of
from schemas.realms import Realm
from schemas.topics import FEED_TOPICS, PICTURE, REPLAY, Topic
from streams.kafka_journal import KafkaJournal
from tests.benchmarks.nights import records

WITHIN_S: Final = 120.0
LAST: Final = "bench:last"
TURN_S: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """One message."""

    topic: Topic
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """What was fed: how many records, how many of them more than a camera's sign of life, and when, Unix seconds."""

    entries: int
    reports: int
    began_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """When the last change was told that any of it made, Unix seconds, and how many changes were told in all."""

    ended_at: float
    changes: int
    told_to: int
    """Where the next reader of the picture topic begins."""


def night_records(area: Area, folder: Path, first: int, count: int) -> Records:
    """So many records of the simulated nights, from one on, in the order of their receipt."""
    nobody, found = Nobody(), list[Any]()
    for batch in records(area, folder, nobody, nobody):
        found += batch
        if len(found) >= first + count:
            break
    return found[first : first + count]


def slabs_of(records: Records, area: Area, realm: Realm, size: int) -> list[Slab]:
    """Messages of `size` records each, as the feeds would have them: each feed its own, a replay all in one."""
    at = records[-1][0].received_at if realm.is_replay else wall()
    held: dict[Topic, list[bytes]] = {}
    made: list[Slab] = []
    for record, origin in records:
        topic = REPLAY if realm.is_replay else FEED_TOPICS[source_of(record)]
        lines = held.setdefault(topic, [])
        lines.append(encode_sent(Sent(said=record, origin=origin)))
        if len(lines) == size:
            made.append(Slab(topic=topic, body=b"\n".join(lines)))
            lines.clear()
    for topic, lines in held.items():
        lines.append(encode_sent(Sent(said=_last(area, topic, at), origin=Origin(stream=LAST, position=at))))
        made.append(Slab(topic=topic, body=b"\n".join(lines)))
    return made


def _last(area: Area, topic: Topic, at: Instant) -> SbnReport:
    """The last of each feed changes the picture at once, so that the end of all shows on the picture topic."""
    venue = next(iter(area.venues.values()))
    return SbnReport(
        source_id=f"{topic.name}-{at}", venue=venue.id, category=Category.THEFT, severity=2, occurred_at=at,
        received_at=at, lat=venue.lat, lon=venue.lon,
    )  # fmt: skip


def feed(clients: KafkaClients, realm: Realm, area: str, slabs: Sequence[Slab], records: Records) -> Fed:
    """Send all, and wait until the broker has all."""
    producer, key = clients.producer(), area.encode()
    producer.partitions_for(slabs[0].topic.of(realm))
    began_at = time.time()
    sent = [
        producer.send(slab.topic.of(realm), key=key, value=slab.body, partition=partition_of(area, slab.topic))
        for slab in slabs
    ]
    for future in sent:
        future.get(timeout=WITHIN_S)
    reports = sum(not isinstance(record, FeedHeartbeat) for record, _ in records)
    return Fed(entries=len(records), reports=reports, began_at=began_at)


def until_folded(clients: KafkaClients, realm: Realm, area: str, records: Records, told_from: int = 0) -> Folded:
    """Wait until every record stands in the journal, and the worker says that it has folded all of them.

    The end is read from the log itself: when the change stood there that the last of them made.
    """
    journal = KafkaJournal(clients, realm=realm, area=area)
    wanted = {(origin.stream, origin.position) for _, origin in records}
    ends, read_to, last = time.monotonic() + WITHIN_S, 0, 0
    lines = _Told(clients, realm, area, told_from)
    while wanted:
        _within(ends, f"{len(wanted)} of {len(records)} records do not stand in the journal")
        time.sleep(TURN_S)
        end = journal.end
        for offset, entry in journal.read(read_to, end):
            if entry.origin is not None:
                wanted.discard((entry.origin.stream, entry.origin.position))
                last = offset
        read_to = end
    while lines.folded_to <= last:
        _within(ends, f"the worker has folded up to {lines.folded_to} of {last}")
        lines.read()
    return lines.ended(last)


class _Told:
    """What stands on the picture topic, read on and on."""

    def __init__(self, clients: KafkaClients, realm: Realm, area: str, told_from: int) -> None:
        self._clients, self._key = clients, area.encode()
        self._at = TopicPartition(PICTURE.of(realm), partition_of(area, PICTURE))
        self._next = told_from
        self._seen: list[tuple[float, int]] = []
        self.folded_to = 0

    def read(self) -> None:
        """Whatever came."""
        with self._clients.consumer() as consumer:
            consumer.assign([self._at])
            consumer.seek(self._at, self._next)
            for message in consumer.poll(timeout_ms=500).get(self._at, []):
                self._next = message.offset + 1
                if message.key == self._key:
                    self._take(message)

    def _take(self, message: Any) -> None:
        told = [orjson.loads(line) for line in message.value.split(b"\n")]
        self._seen += [(message.timestamp / 1_000, line["o"][0]) for line in told if "o" in line]
        for line in told:
            if line["t"] == "desk":
                self.folded_to = max(self.folded_to, line["d"]["next_offset"])

    def ended(self, last: int) -> Folded:
        """When the last record's change was told."""
        ended_at = min(at for at, offset in self._seen if offset >= last)
        changes = sum(offset <= last for _, offset in self._seen)
        return Folded(ended_at=ended_at, changes=changes, told_to=self._next)


def _within(ends: float, what: str) -> None:
    if time.monotonic() > ends:
        raise TimeoutError(f"not within {WITHIN_S:.0f} s: {what}")
