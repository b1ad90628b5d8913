"""Workers on a real broker: what arrives is folded as the other engines fold it, whatever happens to who folds it."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.kafka_feed import KafkaFeed
from schemas.journal import Origin
from schemas.kafka_log import KafkaLog, partition_of
from schemas.picture import Change, Kind
from schemas.settings import Settings
from schemas.slabs import lines_of
from schemas.told import decode_told
from schemas.topics import JOURNAL, PICTURE
from streams.core.digest import digest
from streams.held_partition import BATCH_BYTES
from streams.kafka_replaying import KafkaRun
from streams.worker import ARRIVING_BYTES_MAX, ARRIVING_MAX, ENDED_BADLY, Worker, worker_of
from tests.builders_journals import unfoldable
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


def test_an_owner_that_slept_and_wakes_harms_nothing(broker: StartedBroker, tmp_path: Path) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        run = KafkaRun(clients, realm, westminster())
        run.begin(westminster().policy)
        feed = KafkaFeed(clients, realm=realm, area=AREA)
        with (
            started_worker(tmp_path / "one", broker.bootstrap, realm) as one,
            started_worker(tmp_path / "two", broker.bootstrap, realm) as two,
        ):
            feed(NIGHT[:200])
            until(lambda: run.folded_to() > 0, "somebody owns the area")
            owner, other = (one, two) if owns(one) else (two, one)
            feed(NIGHT[200:400])
            owner.process.send_signal(signal.SIGSTOP)
            feed(NIGHT[400:600])
            until(lambda: owns(other), "the other has taken over")
            owner.process.send_signal(signal.SIGCONT)
            feed(NIGHT[600:])
            assert run.wait_until_folded(*last_position(NIGHT), gone_wrong(other)), other.log()
            until(lambda: owner.process.poll() is not None or owner.readyz()[0] == 200, "the sleeper is back")
            assert (one.stop(), two.stop()) == (0, 0), one.log() + two.log()
        assert digest(run.restored().desk) == in_memory(NIGHT)
        assert contradictions(KafkaLog(clients, PICTURE.of(realm), partition_of(AREA, PICTURE))) == []


def test_an_area_that_is_stopped_says_why_in_the_log(broker: StartedBroker, tmp_path: Path) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        run = KafkaRun(clients, realm, westminster())
        run.begin(westminster().policy)
        run.journal.append([unfoldable(Origin(stream="file:bad", position=n)) for n in (1, 2, 3)])
        with started_worker(tmp_path / "one", broker.bootstrap, realm) as worker:
            assert worker.process.wait(60) == ENDED_BADLY, worker.log()
            assert "The worker ends, to be started again: 3 entries within an hour could not be folded" in worker.log()


def _crash(environ: dict[str, str]) -> None:
    """A worker whose Faust has crashed; this process ends with it."""

    async def crash() -> None:
        worker = worker_of(Settings.from_environ(environ))
        await worker.app.crash(ZeroDivisionError())
        await worker._shut_down(worker.app)

    asyncio.run(crash())


def test_a_worker_whose_faust_crashed_ends_badly(broker: StartedBroker, tmp_path: Path) -> None:
    with realm_on(broker.bootstrap) as (_, realm):
        environ = {
            "NIGHTDESK_KAFKA": broker.bootstrap, "NIGHTDESK_REALM": realm.name, "NIGHTDESK_DATA": str(tmp_path)
        }  # fmt: skip
        process = get_context("spawn").Process(target=_crash, args=(environ,))
        process.start()
        process.join(60)
        assert process.exitcode == ENDED_BADLY


class Given:
    """What Faust gives an agent: messages of one size, and then nothing more."""

    def __init__(self, count: int, size: int) -> None:
        message = SimpleNamespace(topic="exercise.feed.sbn", partition=0, offset=0, key=b"", value=b"x" * size)
        self._events = [SimpleNamespace(message=message)] * count

    def noack(self) -> "Given":
        return self

    async def events(self) -> AsyncIterator[SimpleNamespace]:
        for event in self._events:
            yield event


@pytest.mark.parametrize(
    ("size", "most"), [(1, ARRIVING_MAX), (BATCH_BYTES, ARRIVING_BYTES_MAX // BATCH_BYTES)], ids=["messages", "bytes"]
)
def test_no_more_waits_for_intake_than_its_bound(size: int, most: int, tmp_path: Path) -> None:
    settings = Settings.from_environ({"NIGHTDESK_REALM": "exercise", "NIGHTDESK_DATA": str(tmp_path)})

    async def follow() -> None:
        worker = Worker(settings, "one")
        following = asyncio.ensure_future(worker._follow_arriving(Given(2 * most, size)))
        for _ in range(10):
            await asyncio.sleep(0)
        assert len(worker._arrived) == most
        taken = 0
        while not following.done() or worker._arrived:
            taken += len(worker._batch()[1])
            await asyncio.sleep(0)
        assert taken == 2 * most

    asyncio.run(follow())


def owns(worker: StartedWorker) -> bool:
    """Whether a worker said last that it holds the area's partition."""
    line = worker.log().rpartition("Holds partitions [")[2].partition("]")[0]
    return str(partition_of(AREA, JOURNAL)) in line.replace(" ", "").split(",")


def contradictions(picture: KafkaLog) -> list[Change]:
    """Changes that say something else than another of the same version did."""
    said: dict[tuple[Kind, str, int, int], Change] = {}
    found = []
    for message in picture.read():
        for told in map(decode_told, lines_of(message.value)):
            if isinstance(told, Change):
                first = said.setdefault((told.kind, told.key, told.offset, told.index), told)
                if first != told:
                    found.append(told)
    return found
