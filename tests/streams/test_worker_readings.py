"""What a worker shows of its desks: counts are its own and only rise, and each feed stands as its desks say."""

import asyncio
from functools import cache

import pytest

from schemas.journal import Entry
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.picture import FeedStatus
from schemas.realms import Realm
from schemas.telemetry import Metric
from schemas.topics import JOURNAL
from streams.counted import Counted, counted
from streams.held_partition import HeldPartition
from streams.kafka_journal import KafkaJournal
from streams.partition_desk import PartitionDesk, begin
from streams.restore import refold
from streams.worker_readings import worker_readings
from tests.builders_kafka import AREA, realm_on
from tests.builders_night import westminster
from tests.builders_services import StartedBroker
from tests.simulation import seeded
from tests.simulation.engines import House

pytestmark = pytest.mark.server
PARTITION = partition_of(AREA, JOURNAL)
COUNTERS = (Metric.ENTRIES, Metric.DUPLICATES, Metric.LATE)


@cache
def entries() -> list[Entry]:
    """A night, as a replay writes it, without what begins a journal."""
    house = House()
    house.replay(seeded.records(3, nights=1, reports=80))
    return house.entries()[2:]


class Worker:
    """The partitions in a worker's hands, and the journal that others append to."""

    def __init__(self, clients: KafkaClients, realm: Realm) -> None:
        self._clients, self._realm = clients, realm
        self._journal = KafkaJournal(clients, realm=realm, area=AREA)
        self._log = KafkaLog(clients, JOURNAL.of(realm), PARTITION)
        self.held: dict[int, HeldPartition] = {}
        self.readings = worker_readings(lambda: self.held, clients.clock)
        begin(self._journal, westminster().policy)

    def reads(self) -> Counted:
        """What the metrics say."""
        return Counted(*(int(self.readings[metric]()[()]) for metric in COUNTERS))

    def journal(self) -> Counted:
        """What the whole journal comes to."""
        return counted([refold(self._journal, westminster().borough)])

    async def takes_over(self) -> None:
        """It is handed the partition."""
        failures: list[BaseException] = []
        desk = PartitionDesk(self._clients, PARTITION, [westminster()], realm=self._realm, now=lambda: 0)
        one = self.held[PARTITION] = HeldPartition(desk, failures.append)
        await self.goes_on(one)
        assert failures == []

    async def goes_on(self, one: HeldPartition) -> None:
        """It is handed one again that it had let go of."""
        one.take_up()
        async with asyncio.timeout(30):
            while not one.is_live:
                await asyncio.sleep(0.01)

    async def others_append(self, start: int, stop: int) -> None:
        """Some of the night."""
        await asyncio.to_thread(self._journal.append, entries()[start:stop])

    async def folds(self, start: int, stop: int) -> None:
        """Some of the night is appended, and comes to it."""
        one, first = self.held[PARTITION], self._log.ends()[1]
        await self.others_append(start, stop)
        for message in self._log.read(first):
            await one.put(message)
        async with asyncio.timeout(30):
            while one.desk.next_message <= message.offset:
                await asyncio.sleep(0.01)


def test_what_others_folded_is_never_counted_and_what_was_counted_stays(broker: StartedBroker) -> None:
    async def act(worker: Worker) -> None:
        third = len(entries()) // 3
        await worker.others_append(0, third)
        before = worker.journal()
        await worker.takes_over()
        assert worker.reads() == Counted(), "nothing jumps at a takeover"
        await worker.folds(third, 2 * third)
        ours = worker.journal().since(before)
        assert ours.records > 20
        assert worker.reads() == ours

        one = worker.held[PARTITION]
        await one.let_go(save=True)
        await worker.others_append(2 * third, 2 * third + 20)
        await worker.goes_on(one)
        assert worker.reads() == ours, "what others folded meanwhile is theirs"
        await one.let_go(save=True)
        del worker.held[PARTITION]
        assert worker.reads() == ours, "nothing falls when it is let go of"
        await worker.takes_over()
        assert worker.reads() == ours
        before = worker.journal()
        await worker.folds(2 * third + 20, len(entries()))
        assert worker.reads() == ours.plus(worker.journal().since(before))
        await worker.held[PARTITION].let_go(save=False)

    with realm_on(broker.bootstrap) as (clients, realm):
        asyncio.run(act(Worker(clients, realm)))


def test_feeds_stand_as_the_desks_say_once_they_are_restored(broker: StartedBroker) -> None:
    async def act(worker: Worker) -> None:
        await worker.others_append(0, len(entries()))
        assert worker.readings[Metric.FEED_STATE]() == {}
        await worker.takes_over()
        found = worker.readings[Metric.FEED_STATE]()
        desk = worker.held[PARTITION].desk.desks[AREA]
        assert found.keys() == {(rate.source.value,) for rate in westminster().policy.feeds}
        worst = next(iter(desk.feeds.known.values()))
        for sensor in worst.sensors.values():
            sensor.status = FeedStatus.BLIND
        assert max(worker.readings[Metric.FEED_STATE]().values()) == 2
        await worker.held[PARTITION].let_go(save=False)

    with realm_on(broker.bootstrap) as (clients, realm):
        asyncio.run(act(Worker(clients, realm)))
