"""A partition in a worker's hands: what it leaves behind when it is let go, and how much may wait for its desk."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest

from schemas.journal import Origin
from schemas.kafka_log import KafkaClients, KafkaLog, Message, partition_of
from schemas.realms import Realm
from schemas.topics import JOURNAL
from streams.core.desk import FOLD_VERSION
from streams.core.digest import digest
from streams.held_partition import BATCH_BYTES, QUEUED_BYTES_MAX, HeldPartition
from streams.kafka_journal import KafkaJournal
from streams.kafka_snapshots import KafkaSnapshots
from streams.partition_desk import PartitionDesk, begin
from streams.restore import refold
from tests.builders_journals import reports, unfoldable
from tests.builders_kafka import AREA, realm_on
from tests.builders_night import westminster
from tests.builders_services import StartedBroker

pytestmark = pytest.mark.server
PARTITION = partition_of(AREA, JOURNAL)
WITHIN_S = 30.0


class Waiting(PartitionDesk):
    """A desk that folds nothing of what comes before it may."""

    def __init__(self, clients: KafkaClients, realm: Realm) -> None:
        super().__init__(clients, PARTITION, [westminster()], realm=realm, now=lambda: 0)
        self.has_ticked, self.is_given, self.may_fold = threading.Event(), threading.Event(), threading.Event()

    def tick(self) -> None:
        """It has caught up."""
        self.has_ticked.set()

    def take(self, messages: Sequence[Message]) -> None:
        """Only when it may."""
        self.is_given.set()
        assert self.may_fold.wait(WITHIN_S)
        super().take(messages)


async def until(is_true: Callable[[], bool]) -> None:
    """Wait for it, in the loop."""
    async with asyncio.timeout(WITHIN_S):
        while not is_true():
            await asyncio.sleep(0.01)


def test_a_desk_that_is_let_go_while_it_leaves_out_an_entry_saves_nothing_half_folded(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        journal, log = KafkaJournal(clients, realm=realm, area=AREA), KafkaLog(clients, JOURNAL.of(realm), PARTITION)
        begin(journal, westminster().policy)
        desk, ended = Waiting(clients, realm), list[BaseException]()

        async def let_go_in_the_middle() -> None:
            held = HeldPartition(desk, ended.append)
            held.take_up()
            await until(desk.has_ticked.is_set)
            journal.append([*reports(3), unfoldable(Origin(stream="file:two", position=1))])
            await held.put(list(log.read())[-1])
            await until(desk.is_given.is_set)
            letting_go: Awaitable[None] = asyncio.ensure_future(held.let_go(save=True))
            await asyncio.sleep(0)  # it has begun
            desk.may_fold.set()
            await letting_go
            assert ended == []
            assert list(journal.skips()), "it was on its way to the desk without it"
            snapshots = KafkaSnapshots(clients, realm=realm, area=AREA, fold_version=FOLD_VERSION, clock=clients.clock)
            assert snapshots.newest(journal.end) is None
            held.take_up()  # and it is whole when it is ours again
            await until(lambda: held.is_live)
            await held.let_go(save=False)
            assert digest(desk.desks[AREA]) == digest(refold(journal, westminster().borough))

        asyncio.run(let_go_in_the_middle())


def test_no_more_bytes_wait_for_the_desk_than_their_bound(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        begin(KafkaJournal(clients, realm=realm, area=AREA), westminster().policy)
        desk, ended = Waiting(clients, realm), list[BaseException]()
        large = [Message(100 + n, b"elsewhere", b"x" * BATCH_BYTES) for n in range(30)]

        async def fill() -> None:
            held = HeldPartition(desk, ended.append)
            held.take_up()
            await until(desk.has_ticked.is_set)
            await held.put(large[0])
            await until(desk.is_given.is_set)
            for message in large[1:9]:
                await held.put(message)
            too_much = asyncio.ensure_future(held.put(large[9]))
            for _ in range(10):
                await asyncio.sleep(0)
            assert held.queued * BATCH_BYTES == QUEUED_BYTES_MAX
            assert not too_much.done()
            desk.may_fold.set()
            async with asyncio.timeout(WITHIN_S):
                await too_much
                for message in large[10:]:
                    await held.put(message)
            await until(lambda: desk.next_message == large[-1].offset + 1)
            await held.let_go(save=False)
            assert ended == []

        asyncio.run(fill())
