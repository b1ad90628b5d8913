"""A replay on Kafka: a realm of its own, named by what is replayed, and a worker that lives as long as the replay."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

from schemas.area import Area
from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients
from schemas.policy import Policy
from schemas.realms import Realm
from schemas.settings import Settings
from streams.core.desk import Desk
from streams.kafka_replaying import KafkaRun
from streams.kafka_topics import TopicAdministration

STOP_SECONDS = 30.0


class ReplayFailed(OSError):
    """The worker of a replay ended by itself; the text has its last words."""


def realm_of(stream: str) -> Realm:
    """The realm of what is replayed: the same files are the same realm, so that a replay goes on where it was."""
    return Realm(f"replay-{sha256(stream.encode()).hexdigest()[:16]}")


def replay_on_kafka(
    settings: Settings,
    area: Area,
    area_file: Path | None,
    policy: Policy,
    stream: str,
    give: Callable[[KafkaClients, Realm], int],
) -> tuple[Desk, int]:
    """Have `give` feed records, and a worker fold them all: the desk it leaves, and how many lay outside the area.

    `give` returns how many records it fed. LogUnreachable, TopicsWrong; ReplayFailed.
    """
    realm, brokers = realm_of(stream), Brokers.of(settings)
    with ExitStack() as opened:
        administration = opened.enter_context(
            closing(TopicAdministration(brokers, realm, replication=settings.replication))
        )
        administration.create()
        administration.check()
        clients = opened.enter_context(closing(KafkaClients(brokers, "replay")))
        run = KafkaRun(clients, realm, area)
        run.begin(policy)
        with _worker(settings, realm, area, area_file) as worker:
            fed = give(clients, realm)
            if not run.wait_until_all_is_folded(lambda: worker.poll() is not None):
                raise ReplayFailed(f"the replay's worker ended with code {worker.returncode}: see above")
        return run.restored().desk, fed - run.positions(stream)


@contextmanager
def _worker(
    settings: Settings, realm: Realm, area: Area, area_file: Path | None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of this realm alone; it leaves a snapshot when it is told to stop."""
    with tempfile.TemporaryDirectory(prefix="nightdesk-") as folder:
        environ = os.environ | {
            "NIGHTDESK_DATA": folder,
            "NIGHTDESK_KAFKA": settings.kafka,
            "NIGHTDESK_REALM": realm.name,
            "NIGHTDESK_AREAS": area.id if area_file is None else area_file.stem,
            "NIGHTDESK_HEALTH_PORT": "0",
            "NIGHTDESK_LOG_LEVEL": "warning",
        }
        if area_file is not None:
            environ["NIGHTDESK_REFERENCE"] = str(area_file.resolve().parent)
        process = subprocess.Popen([sys.executable, "-m", "nightdesk", "worker"], env=environ)
        try:
            yield process
            process.terminate()
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()
