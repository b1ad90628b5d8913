"""The topics on a real broker: made from the registry, and refused where they are something else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from kafka import KafkaAdminClient

import nightdesk
from schemas.brokers import Brokers
from schemas.realms import Realm
from schemas.topics import BESIDE, JOURNAL, PICTURE, TOPICS
from streams.kafka_topics import TopicAdministration, TopicsWrong
from tests.builders_kafka import new_realm
from tests.builders_running import free_port
from tests.builders_services import ROOT, StartedBroker

pytestmark = pytest.mark.server


@pytest.fixture
def realm() -> Realm:
    return new_realm()


@pytest.fixture
def administration(broker: StartedBroker, realm: Realm) -> Iterator[TopicAdministration]:
    with closing(TopicAdministration(Brokers(bootstrap=broker.bootstrap), realm)) as found:
        yield found


def test_missing_topics_are_named_made_once_and_then_as_the_registry_says(
    administration: TopicAdministration, realm: Realm
) -> None:
    with pytest.raises(TopicsWrong, match=rf"{realm}\.journal: the topic is missing.*nightdesk topics --create"):
        administration.check()
    assert administration.create() == [topic.of(realm) for topic in TOPICS]
    assert administration.create() == []
    administration.check()


def test_a_topic_with_other_partitions_or_retention_is_refused(
    broker: StartedBroker, administration: TopicAdministration, realm: Realm
) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=broker.bootstrap)) as admin:
        wrong = {"cleanup.policy": "delete", "retention.ms": "60000"}
        admin.create_topics(
            {
                JOURNAL.of(realm): {"num_partitions": 3, "replication_factor": 1, "configs": wrong},
                BESIDE.of(realm): {"num_partitions": 8, "replication_factor": 1, "configs": wrong},
            }
        )
        admin.wait_for_topics([JOURNAL.of(realm), BESIDE.of(realm)])
    with pytest.raises(TopicsWrong) as refused:
        administration.check((JOURNAL, BESIDE, PICTURE))
    text = str(refused.value)
    assert f"{PICTURE.of(realm)}: the topic is missing" in text
    assert f"{JOURNAL.of(realm)}: partitions is 3, should be 8" in text
    assert f"{JOURNAL.of(realm)}: retention.ms is 60000, should be -1" in text
    assert f"{BESIDE.of(realm)}: cleanup.policy is delete, should be compact" in text


def test_the_command_makes_them_and_says_how_they_are(
    broker: StartedBroker, realm: Realm, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTDESK_KAFKA", broker.bootstrap)
    monkeypatch.setenv("NIGHTDESK_REALM", realm.name)
    for words, code, state in ((["topics"], 1, "missing"), (["topics", "--create"], 0, "made"), (["topics"], 0, "ok")):
        monkeypatch.setattr(sys, "argv", ["nightdesk", *words])
        with pytest.raises(SystemExit) as ended:
            nightdesk.main()
        assert ended.value.code == code
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == len(TOPICS)
        assert all(state in line for line in lines)


def test_brokers_that_are_not_there_are_named() -> None:
    nobody = f"127.0.0.1:{free_port()}"
    run = subprocess.run(
        [sys.executable, "-m", "nightdesk", "topics"],
        cwd=ROOT, env=os.environ | {"NIGHTDESK_KAFKA": nobody}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "Kafka cannot be reached" in run.stderr
    assert f"Look whether the brokers at {nobody} run (NIGHTDESK_KAFKA)" in run.stderr
