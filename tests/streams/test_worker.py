"""Workers on a real broker: what arrives is folded as the other engines fold it, whatever happens to who folds it."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ingest.kafka_feed import KafkaFeed
from streams.core.digest import digest
from streams.kafka_replaying import KafkaRun
from tests.builders_kafka import AREA, realm_on
from tests.builders_night import westminster
from tests.builders_running import until
from tests.builders_services import StartedBroker
from tests.builders_workers import StartedWorker, started_worker
from tests.simulation import seeded
from tests.simulation.engines import House

pytestmark = pytest.mark.server

NIGHT = seeded.records(7, nights=2, reports=150)


def in_memory(records: list[seeded.Sent]) -> str:
    """The digest of the engine of tests."""
    house = House()
    house.replay(records)
    return digest(house.engine.desk)


def last_position(records: list[seeded.Sent]) -> tuple[str, int]:
    """The last place of the last record's stream."""
    stream = records[-1][1].stream
    return stream, max(origin.position for _, origin in records if origin.stream == stream)


def grown_to(run: KafkaRun, offset: int) -> bool:
    """Whether the journal is as long as that."""
    return run.journal.end >= offset


def gone_wrong(worker: StartedWorker) -> Callable[[], bool]:
    """Whether a worker ended by itself."""
    return lambda: worker.process.poll() is not None


def test_a_night_has_the_digest_of_the_engine_in_memory_and_the_owner_leaves_it_in_a_snapshot(
    broker: StartedBroker, tmp_path: Path
) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        run = KafkaRun(clients, realm, westminster())
        run.begin(westminster().policy)
        with started_worker(tmp_path / "one", broker.bootstrap, realm) as worker:
            feed = KafkaFeed(clients, realm=realm, area=AREA)
            for start in range(0, len(NIGHT), 500):
                feed(NIGHT[start : start + 500])
            assert run.wait_until_folded(*last_position(NIGHT), gone_wrong(worker)), worker.log()
            assert worker.stop() == 0, worker.log()
        restored = run.restored()
        assert (restored.folded, restored.from_snapshot) == (0, run.journal.end)
        assert digest(restored.desk) == in_memory(NIGHT)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_and_started_again_nothing_is_lost_or_doubled(
    seed: int, broker: StartedBroker, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - drawn again by its seed
    with realm_on(broker.bootstrap) as (clients, realm):
        run = KafkaRun(clients, realm, westminster())
        run.begin(westminster().policy)
        feed = KafkaFeed(clients, realm=realm, area=AREA)
        with started_worker(tmp_path / "one", broker.bootstrap, realm) as worker:
            sent = 0
            for _ in range(3):
                more = chance.randint(50, len(NIGHT) // 4)
                feed(NIGHT[max(0, sent - 20) : sent + more])  # some twice, as a feed that was killed sends them
                sent += more
                wanted = run.journal.end + chance.randint(0, 3) * 256
                until(partial(grown_to, run, wanted), "the journal grew")
                worker.kill()
                worker.start_again()
            feed(NIGHT[sent:])
            assert run.wait_until_folded(*last_position(NIGHT), gone_wrong(worker)), worker.log()
            assert worker.stop() == 0, worker.log()
        assert digest(run.restored().desk) == in_memory(NIGHT)
