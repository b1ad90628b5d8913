"""A replay on Kafka, seen from outside: its realm, its journal's beginning, when a worker has folded it, its desk."""

import time
from collections.abc import Callable
from typing import Final

from schemas.area import Area
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.policy import Policy
from schemas.realms import Realm
from schemas.slabs import lines_of
from schemas.told import DeskTold, decode_told
from schemas.topics import PICTURE, REPLAY
from streams.core.desk import FOLD_VERSION
from streams.group import taken_to
from streams.kafka_journal import KafkaJournal
from streams.kafka_snapshots import KafkaSnapshots
from streams.partition_desk import begin
from streams.restore import Restored, restore

LOOK_SECONDS: Final = 0.1


class KafkaRun:
    """One area of one replay realm."""

    def __init__(self, clients: KafkaClients, realm: Realm, area: Area) -> None:
        self.area = area
        self._brokers, self._realm = clients.brokers, realm
        self._feed = KafkaLog(clients, REPLAY.of(realm), partition_of(area.id, REPLAY))
        self.journal = KafkaJournal(clients, realm=realm, area=area.id)
        self._picture = KafkaLog(clients, PICTURE.of(realm), partition_of(area.id, PICTURE))
        self._snapshots = KafkaSnapshots(
            clients, realm=realm, area=area.id, fold_version=FOLD_VERSION, clock=time.monotonic
        )
        self._folded_to = 0
        self._read_to = 0

    def begin(self, policy: Policy) -> None:
        """Begin the journal under a policy, where it has not begun."""
        begin(self.journal, policy)

    def wait_until_folded(self, stream: str, position: int, stopping: Callable[[], bool]) -> bool:
        """Whether a worker has appended up to a position of a stream, and folded it; False when told to stop."""
        return _until(lambda: self.journal.position(stream) >= position, stopping) and self._until_at_end(stopping)

    def wait_until_all_is_folded(self, stopping: Callable[[], bool]) -> bool:
        """Whether a worker has taken all that was fed to it, and folded it; False when told to stop."""
        return _until(self._is_taken, stopping) and self._until_at_end(stopping)

    def positions(self, stream: str) -> int:
        """How many places of a stream stand in the journal; a repeat counts once."""
        origins = (entry.origin for _, entry in self.journal.read())
        return len({origin.position for origin in origins if origin is not None and origin.stream == stream})

    def _until_at_end(self, stopping: Callable[[], bool]) -> bool:
        end = self.journal.end
        return _until(lambda: self.folded_to() >= end, stopping)

    def _is_taken(self) -> bool:
        """Intake lets go of what it has appended, and of nothing else."""
        return taken_to(self._brokers, self._realm, REPLAY, self._feed.partition) >= self._feed.ends()[1]

    def folded_to(self) -> int:
        """The journal offset below which a worker says that it has folded all."""
        key = self.area.id.encode()
        for message in self._picture.read(self._read_to):
            self._read_to = message.offset + 1
            last = decode_told(lines_of(message.value)[-1])
            if message.key == key and isinstance(last, DeskTold):
                self._folded_to = max(self._folded_to, last.next_offset)
        return self._folded_to

    def restored(self) -> Restored:
        """The desk as the last owner left it: its newest snapshot, and the journal since."""
        return restore(self.journal, self._snapshots, self.area.borough, lambda _: None)


def _until(is_true: Callable[[], bool], stopping: Callable[[], bool]) -> bool:
    while not is_true():
        if stopping():
            return False
        time.sleep(LOOK_SECONDS)
    return True
