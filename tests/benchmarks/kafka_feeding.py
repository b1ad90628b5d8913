"""The nights' records as messages of the Kafka engine's feed topics: encoded before, sent as fast as may be."""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kafka import TopicPartition

from ingest.feeding import Records
from ingest.kafka_feed import source_of
from ingest.replaying import Nobody
from schemas.area import Area
from schemas.categories import Category
from schemas.codec import Sent, encode_sent
from schemas.command_line import wall
from schemas.feeds import FeedHeartbeat, SbnReport
from schemas.journal import Origin
from schemas.kafka_log import KafkaClients, partition_of
from schemas.realms import Realm
from schemas.times import Instant
from schemas.topics import FEED_TOPICS, PICTURE, REPLAY, Topic
from streams.kafka_journal import KafkaJournal
from tests.benchmarks.nights import records

WITHIN_S: Final = 45.0
LAST: Final = "bench:last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """One message."""

    topic: Topic
    body: bytes
    last: bytes = b""
    """What shows on the picture topic once it is told, where it is the last of its feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """What was fed: how many records, how many of them more than a camera's sign of life, and when, Unix seconds."""

    entries: int
    reports: int
    began_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """When the last was told, Unix seconds, and how many lines were told in all."""

    ended_at: float
    told: int
    told_to: int
    """Where the next reader of the picture topic begins."""

    def and_(self, message: Any) -> "Folded":
        """With one message more."""
        at, lines = message.timestamp / 1_000, message.value.count(b"\n") + 1
        return Folded(ended_at=max(self.ended_at, at), told=self.told + lines, told_to=message.offset + 1)


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
        last = _last(area, topic, at)
        lines.append(encode_sent(Sent(said=last, origin=Origin(stream=f"{LAST}:{topic.name}", position=at))))
        made.append(Slab(topic=topic, body=b"\n".join(lines), last=last.source_id.encode()))
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


def until_folded(clients: KafkaClients, realm: Realm, fed: Mapping[str, Sequence[Slab]], told_from: int = 0) -> Folded:
    """Wait until the last record of each feed of each area is seen on the picture topic; when the last stood there.

    `told_from` is where to begin to read, for a single area.
    """
    wanted = {(area.encode(), slab.last) for area, slabs in fed.items() for slab in slabs if slab.last}
    places = [TopicPartition(PICTURE.of(realm), at) for at in sorted({partition_of(area, PICTURE) for area in fed})]
    ends, seen = time.monotonic() + WITHIN_S, Folded(ended_at=0.0, told=0, told_to=told_from)
    with clients.consumer() as consumer:
        consumer.assign(places)
        for place in places:
            consumer.seek(place, told_from)
        while wanted:
            for message in itertools.chain(*consumer.poll(timeout_ms=500).values()):
                seen = seen.and_(message)
                wanted -= {last for last in wanted if last[0] == message.key and last[1] in message.value}
            if time.monotonic() > ends:
                raise TimeoutError(f"not told within {WITHIN_S:.0f} s: {sorted(wanted)}")
    return seen


def check_all_stand(clients: KafkaClients, realm: Realm, area: str, records: Records) -> None:
    """AssertionError unless every record that lies in the area stands in the journal."""
    journal = KafkaJournal(clients, realm=realm, area=area)
    origins = {entry.origin for _, entry in journal.read()}
    lost = sum(origin not in origins for _, origin in records)
    assert not lost, f"{lost} of {len(records)} records do not stand in {journal.name}"
