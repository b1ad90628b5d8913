"""The runbook's way to keep and restore Kafka's folder, tried with its own commands on a real broker."""

import re
import subprocess
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.structs import OffsetAndMetadata

from tests.builders_services import StartedBroker, started_broker

pytestmark = pytest.mark.server
RUNBOOK = (Path(__file__).resolve().parents[2] / "deploy" / "RUNBOOK.md").read_text(encoding="utf-8")
JOURNAL = TopicPartition("live.journal", 0)


def _commands(start: str) -> list[str]:
    """The runbook's lines of one block that copy Kafka's folder, in their order."""
    block = next(block for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, flags=re.DOTALL) if block.startswith(start))
    return [line for line in block.splitlines() if line.startswith(("tar", "find"))]


def _run(commands: list[str], journal: Path, backup: Path) -> None:
    environ = {"journal": str(journal), "backup": str(backup), "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", "-euc", "\n".join(commands)], env=environ, check=True)


def _say(broker: StartedBroker, first: int, last: int) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap)
    for sent in [producer.send(JOURNAL.topic, b"%d" % number, partition=0) for number in range(first, last)]:
        sent.get(timeout=60)
    producer.close()


def _state(broker: StartedBroker) -> tuple[list[tuple[int, bytes]], int | None]:
    """Every offset with its record, and how far the group has read."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id="readers", enable_auto_commit=False)
    consumer.assign([JOURNAL])
    consumer.seek_to_beginning(JOURNAL)
    end, found = consumer.end_offsets([JOURNAL])[JOURNAL], []
    while consumer.position(JOURNAL) < end:
        for records in consumer.poll(timeout_ms=500).values():
            found += [(record.offset, record.value) for record in records]
    read_to = consumer.committed(JOURNAL)
    consumer.close()
    return found, read_to


def _read_up_to(broker: StartedBroker, offset: int) -> None:
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id="readers", enable_auto_commit=False)
    consumer.assign([JOURNAL])
    consumer.commit({JOURNAL: OffsetAndMetadata(offset, "", -1)})
    consumer.close()


def test_a_copy_started_elsewhere_has_every_record_at_its_offset_and_knows_how_far_it_was_read(tmp_path: Path) -> None:
    backup, keep, restore = tmp_path / "backup", _commands("docker compose exec"), _commands("docker compose down")
    backup.mkdir()
    with started_broker(tmp_path / "here") as here:
        admin = KafkaAdminClient(bootstrap_servers=here.bootstrap)
        admin.create_topics([NewTopic(JOURNAL.topic, 1, 1)])
        admin.close()
        _say(here, 0, 400)
        _read_up_to(here, 123)
        before = _state(here)
        here.stop()
        _run(keep, tmp_path / "here" / "kafka" / "data", backup)
        here.start()
        _say(here, 400, 401)
    with started_broker(tmp_path / "there") as there:
        there.stop()
        _run(restore, tmp_path / "there" / "kafka" / "data", backup)
        there.start()
        assert _state(there) == before
        assert (len(before[0]), before[1]) == (400, 123)
