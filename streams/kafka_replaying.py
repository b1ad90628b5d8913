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
from schemas.topics import PICTURE
from streams.core.desk import FOLD_VERSION
from streams.kafka_journal import KafkaJournal
from streams.kafka_snapshots import KafkaSnapshots
from streams.partition_desk import begin
from streams.restore import Restored, restore

LOOK_SECONDS: Final = 0.1


class KafkaRun:
    """One area of one replay realm."""

    def __init__(self, clients: KafkaClients, realm: Realm, area: Area) -> None:
        self.area = area
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
        while self.journal.position(stream) < position:
            if stopping():
                return False
            time.sleep(LOOK_SECONDS)
        end = self.journal.end
        while self.folded_to() < end:
            if stopping():
                return False
            time.sleep(LOOK_SECONDS)
        return True

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
