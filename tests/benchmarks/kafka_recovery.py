"""After a SIGKILL of a worker: caught up within 6 s when it is started again, taken over within 15 s by another.

From the kill until what was reported right after it is told, with thousands of entries folded before.
"""

import time
from pathlib import Path
from typing import Final

from deploy.local.backoff import FIRST_SECONDS
from schemas.kafka_log import partition_of
from schemas.reference import load_area
from schemas.topics import JOURNAL
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.kafka_engine import AREA, EXERCISE, Engine, Started, engine
from tests.benchmarks.kafka_feeding import feed, night_records, slabs_of, until_folded
from tests.benchmarks.nights import written_nights

BEFORE: Final = 9_000
EACH: Final = 1_000
CAUGHT_UP_S_MAX: Final = 6.0
TAKEN_OVER_S_MAX: Final = 15.0
WITHIN_S: Final = 60.0
_TURN_S: Final = 0.05


def measure(work: Path) -> list[Figure]:
    """One worker that is started again; then two, of which the one that holds the area stays dead."""
    folder = written_nights(work).folder
    with engine(work, beside=False) as running:
        running.topics(EXERCISE)
        first = _worker(running, "one")
        _told_after(running, folder, 0, BEFORE)
        killed_at = _killed(first)
        time.sleep(FIRST_SECONDS)
        first.start()
        caught_up_s = _told_after(running, folder, BEFORE, EACH) - killed_at
        workers = [first.until_ready(), _worker(running, "two")]
        killed_at = _killed(_holder(workers))
        taken_over_s = _told_after(running, folder, BEFORE + EACH, EACH) - killed_at
    note = f"{BEFORE:,} entries before, {EACH:,} fed after the kill"
    return [
        _figure("killed to caught up, started again", caught_up_s, CAUGHT_UP_S_MAX, note),
        _figure("killed to taken over by another", taken_over_s, TAKEN_OVER_S_MAX, note),
    ]


def _worker(running: Engine, name: str) -> Started:
    """One in a folder of its own, ready."""
    own = {"NIGHTDESK_DATA": str(running.folder / name), "NIGHTDESK_LOG_LEVEL": "info"}
    return running.starts("worker", EXERCISE, name=name, **own).until_ready()


def _holder(workers: list[Started]) -> Started:
    """The one that holds the area, once they have shared them out."""
    partition, ends = partition_of(AREA, JOURNAL), time.monotonic() + WITHIN_S
    while time.monotonic() < ends:
        shares = [_held(one) for one in workers]
        holders = [one for one, share in zip(workers, shares, strict=True) if partition in share]
        if all(shares) and len(holders) == 1 and sum(map(len, shares)) == JOURNAL.partitions:
            return holders[0].until_ready()
        time.sleep(_TURN_S)
    raise TimeoutError(f"two workers did not share the areas out within {WITHIN_S:.0f} s")


def _held(worker: Started) -> set[int]:
    said = worker.log.read_text(errors="replace").rpartition("Holds partitions [")[2].partition("]")[0]
    return {int(number) for number in said.split(",") if number.strip()}


def _killed(worker: Started) -> float:
    worker.kill()
    return time.time()


def _told_after(running: Engine, folder: Path, first: int, number: int) -> float:
    """Feed so many records and wait until the last is told: when that stood on the topic, Unix seconds."""
    area = load_area()
    records = night_records(area, folder, first, number)
    slabs = slabs_of(records, area, EXERCISE, 200)
    feed(running.clients, EXERCISE, AREA, slabs, records)
    folded = until_folded(running.clients, EXERCISE, {AREA: slabs}, running.told_to)
    running.told_to = folded.told_to
    return folded.ended_at


def _figure(name: str, value: float, bound: float, note: str) -> Figure:
    return Figure(name=name, value=value, unit=Unit.SECONDS, sense=Sense.AT_MOST, bound=bound, note=note)
