"""Each role's rights on Kafka: enough to work, nothing beyond, and a real broker that holds them to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import GroupAuthorizationFailedError, KafkaError
from kafka.structs import OffsetAndMetadata

from deploy.kafka_rights import GROUPS, READS, ROLES, WRITES, main, rights
from schemas.realms import LIVE
from schemas.topics import API, JOURNAL, PICTURE, TOPICS, VERDICTS
from tests.builders_secured import as_role, secure
from tests.builders_services import started_broker


def test_each_topic_is_written_and_what_is_written_for_others_is_read() -> None:
    written = {topic.name for topics in WRITES.values() for topic in topics}
    read = {topic.name for topics in READS.values() for topic in topics}
    assert written == {topic.name for topic in TOPICS}
    assert written - read == {"dead-letters"}, "whoever keeps the platform reads these"


def test_one_role_alone_writes_each_topic() -> None:
    writers = [topic.name for topics in WRITES.values() for topic in topics]
    assert len(writers) == len(set(writers))


def test_nobody_has_a_right_to_everything_or_to_another_realm() -> None:
    for right in rights(LIVE):
        assert right.name.startswith("live.")
        assert right.role in ROLES
        assert not {"All", "Alter", "Delete"} & set(right.operations)
        if right.is_prefix and right.kind == "topic":
            assert not {"Read", "Write"} & set(right.operations)


def test_by_hand_it_prints_a_command_a_right(capsys: pytest.CaptureFixture[str]) -> None:
    main(["live"])
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(list(rights(LIVE)))
    assert all(line.startswith('kafka-acls.sh --bootstrap-server "$BROKERS" ') for line in printed)
    assert any("User:nightdesk-api --topic live.api --operation Write" in line for line in printed)
    with pytest.raises(SystemExit, match="Usage"):
        main([])


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker that asks who one is, with every right in its list; where it is."""
    with started_broker(tmp_path_factory.mktemp("secured")) as broker:
        secure(broker, list(rights(LIVE)))
        maker = KafkaAdminClient(bootstrap_servers=broker.bootstrap, **as_role("topics"))
        maker.create_topics([NewTopic(topic.of(LIVE), 1, 1) for topic in TOPICS])
        maker.close()
        for topic in TOPICS:
            _writes(broker.bootstrap, "admin", topic.of(LIVE))
        yield broker.bootstrap


def _writes(where: str, role: str, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=where, max_block_ms=5_000, **as_role(role))
    try:
        producer.send(topic, role.encode(), key=b"k", partition=0).get(timeout=30)
    finally:
        producer.close(timeout=1)


def _read(where: str, role: str, topic: str, group: str | None = None) -> list[bytes]:
    """The first records of a topic; none after a while for one who may not."""
    consumer = KafkaConsumer(bootstrap_servers=where, group_id=group, enable_auto_commit=False, **as_role(role))
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.seek(partition, 0)
        found = [record.value for records in consumer.poll(timeout_ms=2_000).values() for record in records]
        if group is not None:
            consumer.commit({partition: OffsetAndMetadata(0, "", -1)})
        return found
    finally:
        consumer.close(autocommit=False)


@pytest.mark.server
def test_each_role_does_its_work(secured: str) -> None:
    for role, topics in WRITES.items():
        for topic in topics:
            _writes(secured, role, topic.of(LIVE))
    for role, topics in READS.items():
        for topic in topics:
            group = f"live.{GROUPS[role][0]}" if role in GROUPS else None
            assert _read(secured, role, topic.of(LIVE), group)[0] == b"admin"


@pytest.mark.server
@pytest.mark.parametrize(
    ("role", "topic"), [("api", JOURNAL), ("project", PICTURE), ("ingest", JOURNAL), ("push", API), ("worker", API)]
)
def test_no_role_writes_what_is_another_ones(secured: str, role: str, topic: Any) -> None:
    with pytest.raises(KafkaError, match="AuthorizationFailed"):
        _writes(secured, role, topic.of(LIVE))


@pytest.mark.server
@pytest.mark.parametrize(
    ("role", "topic"), [("api", JOURNAL), ("ingest", VERDICTS), ("push", PICTURE), ("project", API)]
)
def test_no_role_reads_what_is_not_for_it(secured: str, role: str, topic: Any) -> None:
    assert _read(secured, role, topic.of(LIVE)) == []


@pytest.mark.server
def test_the_projector_cannot_join_the_workers(secured: str) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        _read(secured, "project", PICTURE.of(LIVE), "live.desk")
