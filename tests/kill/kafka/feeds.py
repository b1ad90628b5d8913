"""Feeds that flow while everything is killed: seeded records of now, in small slabs, sent again until confirmed."""

import threading
from collections.abc import Iterator
from random import Random
from typing import Final

from msgspec.structs import replace

from ingest.kafka_feed import KafkaFeed, source_of
from schemas.brokers import Brokers
from schemas.command_line import wall
from schemas.feeds import FeedRecord
from schemas.journal import Origin
from schemas.kafka_log import KafkaClients, LogUnreachable
from schemas.realms import Realm
from schemas.times import SECOND, Instant
from tests.builders_kafka import AREA
from tests.simulation import seeded

SLAB_MAX: Final = 12
AGAIN_MAX: Final = 20
"""Records that a feed which was killed reads once more."""
ENDS_WITHIN_S: Final = 90.0


class Feeds:
    """A thread that never waits for what befalls the others. `sent` is what was confirmed, in order."""

    def __init__(self, bootstrap: str, realm: Realm, rng: Random, pause_s: tuple[float, float]) -> None:
        self.sent: list[seeded.Sent] = []
        self.unreachable = 0
        self._clients = KafkaClients(Brokers(bootstrap=bootstrap), "feeds")
        self._submit = KafkaFeed(self._clients, realm=realm, area=AREA)
        self._rng, self._pause_s = rng, pause_s
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="feeds", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def finish(self) -> None:
        """Send no more, once what was begun is confirmed."""
        self._stop.set()
        self._thread.join(ENDS_WITHIN_S)
        assert not self._thread.is_alive(), "the feeds cannot send what they have"
        self._clients.close()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            records = self._records()
            while not self._stop.wait(self._rng.uniform(*self._pause_s)):
                slab = [next(records) for _ in range(self._rng.randint(1, SLAB_MAX))]
                again = self._rng.randint(1, AGAIN_MAX) if self._rng.random() < 0.05 else 0
                self._send(self.sent[len(self.sent) - again :] + slab if again else slab)
                self.sent += slab
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: raised by `finish`
            self._error = error

    def _send(self, slab: list[seeded.Sent]) -> None:
        """Until it is confirmed, as every feed does."""
        while True:
            try:
                self._submit(slab)
            except LogUnreachable:
                self.unreachable += 1
            else:
                return

    def _records(self) -> Iterator[seeded.Sent]:
        """Seeded ones under new names, moved to now; each source is one stream, as a file is."""
        positions: dict[str, int] = {}
        lap = 0
        while True:
            lap += 1
            drawn = seeded.records(self._rng.randrange(1_000_000), nights=1, reports=200)
            for record, _ in drawn:
                stream = f"{source_of(record)}:kill"
                positions[stream] = positions.get(stream, 0) + 1
                yield _of_now(record, f"k{lap}-", wall()), Origin(stream=stream, position=positions[stream])


def _of_now(record: FeedRecord, prefix: str, now: Instant) -> FeedRecord:
    """The same told now, of what happened within the last hours."""
    moved: dict[str, object] = {"received_at": now}
    for name in ("occurred_at", "at"):
        if hasattr(record, name):
            moved[name] = now - (getattr(record, name) // SECOND % 3_600) * SECOND
    if hasattr(record, "source_id"):
        moved["source_id"] = prefix + record.source_id
    return replace(record, **moved)
