"""The feed producer of the Kafka engine: records go to their feed's topic, a replay's all to one, in the order read."""

from typing import assert_never

from ingest.feeding import Records
from schemas.codec import Sent, encode_sent
from schemas.feeds import (
    FeedHeartbeat,
    FeedRecord,
    LfbCall,
    NightStarsEncounter,
    NoiseTrigger,
    PointEvent,
    SbnReport,
    Source,
    Withdrawal,
)
from schemas.journal import Tick
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.realms import Realm
from schemas.slabs import slabs
from schemas.times import Instant
from schemas.topics import FEED_TOPICS, REPLAY, Topic


class KafkaFeed:
    """Submits one area's records. Each keeps the place in its file as its origin, so one read again counts once.

    LogUnreachable: nobody knows what was written; the same records may be submitted again, in the same order.
    """

    def __init__(self, clients: KafkaClients, *, realm: Realm, area: str) -> None:
        self._clients, self._realm = clients, realm
        self._area, self._key = area, area.encode()
        self.fed = 0
        """Records that were confirmed."""

    def __call__(self, records: Records, tick_to: Instant | None = None) -> int:
        """Have records confirmed by the brokers, then the virtual clock's move; 0: who lies outside is not known."""
        lines: dict[Topic, list[bytes]] = {}
        for record, origin in records:
            topic = REPLAY if self._realm.is_replay else FEED_TOPICS[source_of(record)]
            lines.setdefault(topic, []).append(encode_sent(Sent(said=record, origin=origin)))
        if tick_to is not None:
            lines.setdefault(REPLAY, []).append(encode_sent(Sent(said=Tick(at=tick_to, live=False))))
        for topic, held in lines.items():
            log = KafkaLog(self._clients, topic.of(self._realm), partition_of(self._area, topic))
            log.append_in_turn((self._key, slab) for _, slab in slabs(held))
        self.fed += len(records)
        return 0


def source_of(record: FeedRecord) -> Source:
    """The feed that a record is of."""
    match record:
        case LfbCall():
            return Source.LFB
        case SbnReport():
            return Source.SBN
        case NightStarsEncounter():
            return Source.NIGHTSTARS
        case NoiseTrigger():
            return Source.NOISE
        case PointEvent():
            return Source.POINTS
        case Withdrawal(source=source) | FeedHeartbeat(source=source):
            return source
        case _ as never:
            assert_never(never)
