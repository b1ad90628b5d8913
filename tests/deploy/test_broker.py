"""The local broker, a real one: it serves, keeps what it acknowledged through a kill, and compacts small segments."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from tests.builders_services import StartedBroker, started_broker

pytestmark = pytest.mark.server
WITHIN_S = 60.0


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedBroker]:
    """One that these tests may kill."""
    with started_broker(tmp_path_factory.mktemp("broker")) as started:
        yield started


def _make(at: StartedBroker, topic: str, **configs: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=at.bootstrap)
    admin.create_topics([NewTopic(topic, 1, 1, topic_configs=configs)])
    admin.close()


def _send(at: StartedBroker, topic: str, records: list[tuple[bytes, bytes]]) -> None:
    producer = KafkaProducer(bootstrap_servers=at.bootstrap)
    for sent in [producer.send(topic, key=key, value=value) for key, value in records]:
        sent.get(timeout=WITHIN_S)
    producer.close()


def _read(at: StartedBroker, topic: str) -> list[tuple[bytes, bytes]]:
    partition = TopicPartition(topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=at.bootstrap)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end, found = consumer.end_offsets([partition])[partition], []
    while consumer.position(partition) < end:
        for records in consumer.poll(timeout_ms=500).values():
            found += [(record.key, record.value) for record in records]
    consumer.close()
    return found


def test_it_serves_on_loopback_and_keeps_what_it_was_given(broker: StartedBroker) -> None:
    assert broker.bootstrap.startswith("127.0.0.1:")
    _make(broker, "test.broker.kept")
    _send(broker, "test.broker.kept", [(b"k", b"v")])
    assert _read(broker, "test.broker.kept") == [(b"k", b"v")]


def test_a_broker_that_is_killed_keeps_what_it_acknowledged(own_broker: StartedBroker) -> None:
    _make(own_broker, "kept")
    sent = [(b"k", b"%d" % number) for number in range(500)]
    _send(own_broker, "kept", sent)
    own_broker.kill()
    assert not own_broker.service.is_ready()
    own_broker.start()
    assert _read(own_broker, "kept") == sent


def test_a_paused_broker_is_not_ready_and_its_probe_ends(own_broker: StartedBroker) -> None:
    with own_broker.paused():
        assert not own_broker.service.is_ready()
    assert own_broker.service.is_ready()


def test_small_segments_are_compacted(own_broker: StartedBroker) -> None:
    small = {"cleanup.policy": "compact", "segment.bytes": "1048576", "min.cleanable.dirty.ratio": "0.01"}
    _make(own_broker, "compacted", **small)
    blob = bytes(range(256)) * 256
    _send(own_broker, "compacted", [(b"slot", b"%d" % number + blob) for number in range(40)])
    deadline = time.monotonic() + WITHIN_S
    while len(_read(own_broker, "compacted")) > 20 and time.monotonic() < deadline:
        time.sleep(0.2)
    left = _read(own_broker, "compacted")
    assert len(left) <= 20, "the older values of a key go"
    assert left[-1][1].startswith(b"39"), "the newest stays"


def test_prepared_again_it_is_the_same_broker_with_the_same_data(own_broker: StartedBroker) -> None:
    storage = Path(own_broker.service.command[-1]).parent / "data" / "meta.properties"
    before = storage.read_text()
    own_broker.stop()
    own_broker.service.prepare()
    own_broker.start()
    assert storage.read_text() == before
    assert "kept" in own_broker_topics(own_broker)


def own_broker_topics(at: StartedBroker) -> set[str]:
    """Topics that a client sees."""
    consumer = KafkaConsumer(bootstrap_servers=at.bootstrap)
    topics = set(consumer.topics())
    consumer.close()
    return topics
