"""Twelve areas on three workers: shared out, moved when one dies, stops or joins, and each folded by one at a time."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ingest.kafka_feed import KafkaFeed
from schemas.kafka_log import partition_of
from schemas.reference import load_area
from schemas.topics import JOURNAL
from streams.core.digest import digest
from streams.kafka_replaying import KafkaRun
from streams.restore import refold
from tests.builders_kafka import realm_on
from tests.builders_running import until
from tests.builders_services import StartedBroker
from tests.builders_workers import StartedWorker, started_worker
from tests.simulation import seeded

pytestmark = pytest.mark.server

AREAS = [f"quarter-{number}" for number in range(12)]
PARTITIONS = {partition_of(area, JOURNAL) for area in AREAS}
NIGHT = seeded.records(11, nights=1, reports=60)
SAID = re.compile(r"^(\S+Z) info worker: (Holds|Gave back) partitions \[(.*)\]$", re.MULTILINE)
BUILT_IN = Path(__file__).resolve().parents[2] / "schemas" / "reference"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve areas that differ in name alone."""
    folder = tmp_path_factory.mktemp("reference")
    shutil.copytree(BUILT_IN, folder, dirs_exist_ok=True)
    text = (folder / "westminster.toml").read_text(encoding="utf-8")
    for area in AREAS:
        (folder / f"{area}.toml").write_text(text.replace('id = "westminster"', f'id = "{area}"'), encoding="utf-8")
    return folder


@pytest.fixture
def started(broker: StartedBroker, tmp_path: Path, reference: Path) -> Iterator["Quarters"]:
    with ExitStack() as stack:
        yield Quarters(stack, broker, tmp_path, reference)


class Quarters:
    """A realm with twelve areas, and workers to join."""

    def __init__(self, stack: ExitStack, broker: StartedBroker, folder: Path, reference: Path) -> None:
        self.clients, self.realm = stack.enter_context(realm_on(broker.bootstrap))
        self._stack, self._broker, self._folder, self._reference = stack, broker, folder, reference
        self.runs = [KafkaRun(self.clients, self.realm, load_area(area, reference)) for area in AREAS]
        for run in self.runs:
            run.begin(run.area.policy)
        self._sent = 0

    def joins(self, name: str) -> StartedWorker:
        """One worker more, ready."""
        more = {"NIGHTDESK_REFERENCE": str(self._reference)}
        worker = started_worker(self._folder / name, self._broker.bootstrap, self.realm, *AREAS, **more)
        one = self._stack.enter_context(worker)
        until(lambda: one.readyz()[0] == 200, f"{name} is ready: {one.log()[-2000:]}")
        return one

    def feed(self, number: int) -> None:
        """Some more of the night, to every area."""
        for area in AREAS:
            KafkaFeed(self.clients, realm=self.realm, area=area)(NIGHT[self._sent : self._sent + number])
        self._sent += number

    def all_is_folded(self) -> None:
        """Wait until every area has folded all that was fed."""
        stream, position = NIGHT[0][1].stream, max(origin.position for _, origin in NIGHT[: self._sent])
        for run in self.runs:
            until(lambda run=run: run.journal.position(stream) >= position, f"{run.area.id} is appended")  # type: ignore[misc]
            end = run.journal.end
            until(lambda run=run: run.folded_to() > 0, f"{run.area.id} is folded")  # type: ignore[misc]
            assert end > 0


def held(worker: StartedWorker) -> set[int]:
    """The partitions that a worker said last that it holds."""
    line = worker.log().rpartition("Holds partitions [")[2].partition("]")[0]
    return {int(number) for number in line.split(",") if number.strip()}


def share_out_all(*workers: StartedWorker) -> bool:
    """Whether these workers hold every partition, each once, and are ready."""
    shares = [held(worker) for worker in workers]
    return (
        all(worker.readyz()[0] == 200 for worker in workers)
        and set.union(*shares) >= PARTITIONS
        and sum(map(len, shares)) == JOURNAL.partitions
    )


def check_one_owner(*workers: StartedWorker) -> int:
    """AssertionError where a worker took up a partition that another had not given back; how often one was taken up."""
    said = [
        (at, word == "Holds", worker, [int(number) for number in numbers.split(",") if number.strip()])
        for worker in workers
        for at, word, numbers in SAID.findall(worker.log())
    ]
    owners, taken = dict[int, StartedWorker](), 0
    for at, takes, worker, partitions in sorted(said, key=lambda one: one[:2]):
        for partition in partitions:
            owner = owners.pop(partition, worker)
            assert owner is worker, f"{at}: partition {partition} of {owner.folder.name} is {worker.folder.name}'s"
            if takes:
                owners[partition], taken = worker, taken + 1
    return taken


def test_a_rolling_upgrade_keeps_one_owner_an_area(started: Quarters) -> None:
    workers = started.joins("one"), started.joins("two")
    until(lambda: share_out_all(*workers), "two share them out")
    for worker in workers:
        started.feed(30)
        assert worker.stop() == 0
        started.feed(30)
        worker.start_again()
        until(lambda: share_out_all(*workers), "the new one has its share")
    started.feed(len(NIGHT) - 120)
    started.all_is_folded()
    assert [worker.stop() for worker in workers] == [0, 0]
    assert check_one_owner(*workers) > JOURNAL.partitions
    digests = {digest(run.restored().desk) for run in started.runs}
    assert digests == {digest(refold(started.runs[0].journal, started.runs[0].area.borough))}


def test_areas_are_shared_out_and_move(started: Quarters) -> None:
    one, two = started.joins("one"), started.joins("two")
    until(lambda: share_out_all(one, two), "two share them out")
    started.feed(30)
    three = started.joins("three")
    until(lambda: share_out_all(one, two, three), "three share them out")
    assert all(2 <= len(held(worker)) <= 3 for worker in (one, two, three))
    started.feed(30)
    two.kill()
    until(lambda: share_out_all(one, three), "a dead worker's areas have moved")
    started.feed(30)
    assert three.stop() == 0
    until(lambda: share_out_all(one), "a stopped worker's areas have moved")
    started.feed(len(NIGHT) - 90)
    started.all_is_folded()
    assert one.stop() == 0
    digests = {digest(run.restored().desk) for run in started.runs}
    assert digests == {digest(refold(started.runs[0].journal, started.runs[0].area.borough))}
