"""One partition as a log, on a real broker: what it refuses, and what comes after."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from schemas.brokers import Brokers
from schemas.kafka_log import GAP_MAX, KafkaClients, KafkaLog, LogUnreachable, partition_of, runs_of
from schemas.topics import REPLAY
from tests.builders_kafka import AREA, realm_on
from tests.builders_services import StartedBroker, started_broker

pytestmark = pytest.mark.server
TOO_MUCH = b"x" * (REPLAY.bytes_max + 1)


def test_a_message_that_the_brokers_refuse_costs_nothing_of_what_comes_after(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, REPLAY) as (clients, realm):
        log = KafkaLog(clients, REPLAY.of(realm), partition_of(AREA, REPLAY))
        refused = clients.producer()
        with pytest.raises(LogUnreachable, match=rf"{log.name} cannot be written"):
            log.append([(b"a", TOO_MUCH)])
        assert log.append([(b"a", b"one"), (b"a", b"two")]) == [0, 1]
        assert clients.producer() is not refused
        assert refused._closed
        assert not refused._sender.is_alive()


def test_threads_that_send_first_at_once_share_one_producer(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap) as (clients, _), ThreadPoolExecutor(8) as pool:
        together = threading.Barrier(8)

        def producer(_: int) -> Any:
            together.wait(10)
            return clients.producer()

        found = list(pool.map(producer, range(8)))
        assert len({id(one) for one in found}) == 1
        clients.forget(found[0])
        clients.forget(found[0])  # by the next thread that failed with it
        assert clients.producer() is not found[0]


def test_clients_close_while_the_brokers_answer_nothing(tmp_path: Path) -> None:
    with started_broker(tmp_path) as own:
        clients = KafkaClients(Brokers(bootstrap=own.bootstrap), "test")
        with realm_on(own.bootstrap, REPLAY) as (_, realm):
            producer = clients.producer()
            KafkaLog(clients, REPLAY.of(realm), 0).append([(b"a", b"one")])
            with own.paused():
                producer.send(REPLAY.of(realm), key=b"a", value=b"two", partition=0)
                clients.close()
                producer._sender.join(10)
                assert not producer._sender.is_alive()


def test_messages_are_read_by_their_offsets_wherever_they_lie(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, REPLAY) as (clients, realm):
        log = KafkaLog(clients, REPLAY.of(realm), partition_of(AREA, REPLAY))
        log.append([(b"a", b"%d" % number) for number in range(4 * GAP_MAX)])
        last = 4 * GAP_MAX - 1
        found = list(log.read_at([last, 0, 1, 40, 40, last + 900]))
        assert [(one.offset, one.value) for one in found] == [(at, b"%d" % at) for at in (0, 1, 40, last)]
        assert list(log.read_at([])) == []


def test_offsets_are_read_together_where_little_lies_between() -> None:
    far = 7 + GAP_MAX + 1
    assert list(runs_of([far, 5, 7, 7])) == [[5, 7], [far]]
    assert list(runs_of([7, 7 + GAP_MAX])) == [[7, 7 + GAP_MAX]]
