"""Whether a worker works: it says why it is not ready, and one that is stuck ends."""

import pytest

from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients, partition_of
from schemas.realms import LIVE
from schemas.topics import JOURNAL
from streams.held_partition import HeldPartition
from streams.partition_desk import PartitionDesk
from streams.watching import BEHIND_SECONDS_MAX, STUCK_SECONDS, Stuck, Watching
from tests.builders_kafka import AREA
from tests.builders_night import westminster

PARTITION = partition_of(AREA, JOURNAL)


class Watched:
    """A worker that holds one partition, under a clock that the test moves."""

    def __init__(self, *, is_ticked: bool = True) -> None:
        self.now = 1_000.0
        clients = KafkaClients(Brokers(bootstrap="127.0.0.1:1"), "test", clock=lambda: self.now)
        self.desk = PartitionDesk(clients, PARTITION, [westminster()], realm=LIVE, now=lambda: 0)
        self.one = HeldPartition(self.desk, ended=lambda error: None)
        self.held: dict[int, HeldPartition] | None = {PARTITION: self.one}
        self.watching = Watching(
            lambda: self.held, clock=lambda: self.now, is_ticked=is_ticked, ended=lambda error: None
        )

    def live(self) -> None:
        """The desk is restored and ticks."""
        self.one.is_live = True
        self.desk.ticked_at = self.now

    def later(self, seconds: float, *, behind: int) -> None:
        """Time goes by, and it is looked at."""
        self.now += seconds
        self.desk.ticked_at = self.now
        self.watching.look(PARTITION, self.one, behind)

    def looked_at(self) -> None:
        """It is looked at while it restores."""
        self.watching.look_at_restore(PARTITION, self.one)


def test_it_is_ready_once_it_has_its_share_restored_and_ticked() -> None:
    worker = Watched()
    worker.held = None
    assert worker.watching.why_not() == "The areas are being shared out."
    worker.held = {PARTITION: worker.one}
    assert worker.watching.why_not() == f"Partition {PARTITION} is being restored."
    worker.one.is_live = True
    assert worker.watching.why_not() == f"Partition {PARTITION} has not ticked yet."
    worker.live()
    assert worker.watching.why_not() is None
    worker.now += 16
    assert worker.watching.why_not() == f"Partition {PARTITION} has not ticked for 16 s."


def test_who_holds_nothing_is_ready_and_a_replay_is_not_asked_for_ticks() -> None:
    worker = Watched()
    worker.held = {}
    assert worker.watching.why_not() is None
    replay = Watched(is_ticked=False)
    replay.one.is_live = True
    assert replay.watching.why_not() is None


def test_one_that_stays_behind_says_so_and_one_that_goes_on_is_not_stuck() -> None:
    worker = Watched()
    worker.live()
    for _ in range(30):
        worker.desk.next_message += 1
        worker.later(5.0, behind=200)
    assert worker.watching.why_not() == f"Partition {PARTITION} is behind: 200 messages wait."
    worker.later(5.0, behind=0)
    assert worker.watching.why_not() is None
    worker.later(5.0, behind=7)
    worker.later(BEHIND_SECONDS_MAX, behind=7)
    assert worker.watching.why_not() is None


def test_one_that_keeps_up_with_what_comes_without_end_is_ready() -> None:
    worker = Watched()
    worker.live()
    for _ in range(30):
        worker.later(5.0, behind=2)  # whenever it is looked at, the last two have just come
        worker.desk.next_message += 40
    assert worker.watching.why_not() is None


def test_a_restore_that_stands_still_is_stuck_and_one_that_goes_on_is_not() -> None:
    worker = Watched()
    for _ in range(3):
        worker.now += STUCK_SECONDS - 1
        worker.looked_at()
        worker.desk.moves()
    worker.now += STUCK_SECONDS
    with pytest.raises(Stuck, match=f"the restore of partition {PARTITION} stands still for 60 s"):
        worker.looked_at()


def test_one_that_stands_still_with_work_to_do_is_stuck() -> None:
    worker = Watched()
    worker.live()
    worker.later(5.0, behind=3)
    worker.later(STUCK_SECONDS - 1, behind=9)
    with pytest.raises(Stuck, match=f"partition {PARTITION} stands at message 0 for 60 s, 9 to come"):
        worker.later(1.0, behind=9)


def test_one_that_has_nothing_to_do_is_not_stuck() -> None:
    worker = Watched()
    worker.live()
    for _ in range(5):
        worker.later(STUCK_SECONDS, behind=0)
    assert worker.watching.why_not() is None
