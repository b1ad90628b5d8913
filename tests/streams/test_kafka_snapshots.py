"""The Kafka snapshots keep the contract that the SQLite ones keep, on a real broker."""

import time
from collections.abc import Iterator

import pytest

from schemas.kafka_log import KafkaLog, partition_of
from schemas.topics import SNAPSHOTS
from streams.kafka_snapshots import WRITTEN_AGAIN_MESSAGES, WRITTEN_AGAIN_SECONDS, KafkaSnapshots
from streams.snapshots import CHUNK_BYTES, Why
from tests.builders_kafka import AREA, realm_on
from tests.builders_services import StartedBroker
from tests.contracts.snapshots_contract import END, DurableSnapshotsContract, OpenStore, state

pytestmark = pytest.mark.server


class TestKafkaKeepsTheContract(DurableSnapshotsContract):
    @pytest.fixture
    def open_store(self, broker: StartedBroker) -> Iterator[OpenStore]:
        with realm_on(broker.bootstrap, SNAPSHOTS) as (clients, realm):
            yield lambda version: KafkaSnapshots(
                clients, realm=realm, area=AREA, fold_version=version, clock=time.monotonic
            )


def test_a_chunk_is_written_once_until_retention_could_take_it(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, SNAPSHOTS) as (clients, realm):
        now = 0.0
        store = KafkaSnapshots(clients, realm=realm, area=AREA, fold_version=1, clock=lambda: now)
        log = KafkaLog(clients, SNAPSHOTS.of(realm), partition_of(AREA, SNAPSHOTS))
        ledgers = state(1, 3 * CHUNK_BYTES)
        written: list[int] = []
        for offset, now in ((1, 0.0), (2, 30.0), (3, WRITTEN_AGAIN_SECONDS + 1)):  # noqa: B007 - the clock
            before = log.ends()[1]
            store.write(offset, {"ledgers": ledgers})
            written.append(log.ends()[1] - before)
        assert written == [4, 1, 4]


def test_a_chunk_is_written_again_when_much_was_written_after_it_by_whomever(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, SNAPSHOTS) as (clients, realm):
        store = KafkaSnapshots(clients, realm=realm, area=AREA, fold_version=1, clock=lambda: 0.0)
        log = KafkaLog(clients, SNAPSHOTS.of(realm), partition_of(AREA, SNAPSHOTS))
        ledgers = state(1, 3 * CHUNK_BYTES)
        store.write(1, {"ledgers": ledgers})
        written = []
        for offset, others in ((2, WRITTEN_AGAIN_MESSAGES - 10), (3, 10), (4, 10)):
            log.append([(b"other chunk", b"x")] * others)
            before = log.ends()[1]
            store.write(offset, {"ledgers": ledgers})
            written.append(log.ends()[1] - before)
        assert written == [1, 4, 1]


def test_a_chunk_that_is_gone_or_changed_costs_its_snapshot_and_the_one_before_is_used(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, SNAPSHOTS) as (clients, realm):
        store = KafkaSnapshots(clients, realm=realm, area=AREA, fold_version=1, clock=time.monotonic)
        log = KafkaLog(clients, SNAPSHOTS.of(realm), partition_of(AREA, SNAPSHOTS))
        store.write(1, {"tonight": b"one"})
        store.write(2, {"tonight": b"two"})
        wrong = {name: (at - 2, when) for name, (at, when) in store._written.items()}
        store._written = wrong
        store.write(3, {"tonight": b"two"})
        found = store.newest(END)
        assert found is not None
        assert (found.next_offset, found.parts) == (2, {"tonight": b"two"})
        assert [(past.next_offset, past.why) for past in found.passed_over] == [(3, Why.DAMAGED)]
        assert log.ends()[1] > 0
