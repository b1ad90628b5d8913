"""Feeds onto Kafka: each record on its feed's topic with its place in the file; what is refused is told, not shown."""

import msgspec
import pytest

from ingest.kafka_feed import KafkaFeed
from ingest.kafka_letters import TellingKeeper
from schemas.codec import Sent, decode_sent
from schemas.dead_letters import DeadLetter, LetterTold, Reason
from schemas.feeds import Source
from schemas.journal import Origin, Tick
from schemas.kafka_log import KafkaLog, partition_of
from schemas.slabs import SLAB_MAX, lines_of
from schemas.topics import DEAD_LETTERS, REPLAY
from tests.builders_contracts import feed_records
from tests.builders_kafka import AREA, realm_on, turns_of
from tests.builders_services import StartedBroker

pytestmark = pytest.mark.server


def test_a_replay_is_one_topic_in_the_order_read_and_the_clock_goes_last(broker: StartedBroker) -> None:
    records = [(record, Origin(stream="file:one", position=n)) for n, record in enumerate(feed_records() * 60, 1)]
    with realm_on(broker.bootstrap, REPLAY) as (clients, realm):
        feed = KafkaFeed(clients, realm=realm, area=AREA)
        assert feed(records, 99) == 0
        assert feed.fed == len(records)
        messages = list(KafkaLog(clients, REPLAY.of(realm), partition_of(AREA, REPLAY)).read())
        lines = [line for message in messages for line in lines_of(message.value)]
        assert [decode_sent(line) for line in lines] == [
            *(Sent(said=record, origin=origin) for record, origin in records),
            Sent(said=Tick(at=99, live=False)),
        ]
        assert {message.key for message in messages} == {AREA.encode()}
        assert all(len(lines_of(message.value)) <= SLAB_MAX for message in messages)


def test_no_slab_is_sent_before_the_one_before_it_is_confirmed(broker: StartedBroker) -> None:
    """Else a slab that the brokers lose is sent again after a later one, and its rows count as known."""
    records = [(record, Origin(stream="file:one", position=n)) for n, record in enumerate(feed_records() * 200, 1)]
    with realm_on(broker.bootstrap, REPLAY) as (clients, realm):
        with turns_of(clients) as turns:
            KafkaFeed(clients, realm=realm, area=AREA)(records)
        assert turns.sent > 3
        assert turns.too_early == 0


class Keeping:
    """Keeps in memory."""

    def __init__(self) -> None:
        self.kept: list[DeadLetter] = []

    def keep(self, letters: list[DeadLetter]) -> None:
        self.kept += letters


def test_what_is_refused_is_kept_and_then_told_without_what_it_holds(broker: StartedBroker) -> None:
    letter = DeadLetter(
        file="sbn.csv", line=7, position=6, source=Source.SBN, reason=Reason.UNKNOWN_VENUE, field="venue_id",
        value="secret place", rule="must be a venue of the reference files", raw=b"secret row", header=b"secret head",
    )  # fmt: skip
    with realm_on(broker.bootstrap, DEAD_LETTERS) as (clients, realm):
        keeping = Keeping()
        keeper = TellingKeeper(keeping, clients, realm=realm, area=AREA)
        keeper.keep([])
        keeper.keep([letter])
        assert keeping.kept == [letter]
        (message,) = KafkaLog(clients, DEAD_LETTERS.of(realm), partition_of(AREA, DEAD_LETTERS)).read()
        assert b"secret" not in message.value
        assert msgspec.json.decode(message.value, type=LetterTold) == LetterTold(
            place="sbn sbn.csv line 7",
            reason="unknown_venue",
            rule="venue_id must be a venue of the reference files",
            reference=letter.reference,
        )
