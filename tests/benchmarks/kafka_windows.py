"""The rolling-window stage alone on the broker: one hour by cell, exact; at least 60,000 entries/s in slabs."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from kafka import TopicPartition

from schemas.categories import Category
from schemas.codec import encode_entry
from schemas.feeds import Source
from schemas.journal import Entry, Origin, Reported
from schemas.kafka_log import partition_of
from schemas.realms import Realm
from schemas.slabs import slabs
from schemas.times import HOUR, MINUTE, SECOND, Instant
from schemas.topics import JOURNAL, PICTURE
from tests.benchmarks.figure import Figure, Sense, Unit
from tests.benchmarks.kafka_engine import AREA, Engine, engine
from tests.benchmarks.rolling_hour import Count, decode_count

REALM: Final = Realm("replay-windows")
WARM_UP: Final = 20_000
EVENTS: Final = 300_000
CELLS: Final = 400
EVERY_MS: Final = 40
"""Between two events, of their own time: 90,000 stand in an hour."""
LATE_SHARE: Final = 0.02
BOUND: Final = 60_000.0
CHECKED: Final = 1_000
WITHIN_S: Final = 60.0
_BEGAN: Final[Instant] = 1_780_000_000_000
Event = tuple[str, Instant]


def measure(work: Path) -> list[Figure]:
    """One stage that is warm; then all that can be read at once."""
    events = _events(WARM_UP + EVENTS)
    with engine(work, beside=False) as running:
        running.topics(REALM)
        stage = running.runs("rolling_hour", REALM)
        _feed(running, events, 0, WARM_UP)
        heard, _ = _heard(running, 0, WARM_UP)
        before = stage.cpu_s
        began_at = _feed(running, events, WARM_UP, WARM_UP + EVENTS)
        more, ended_at = _heard(running, len(heard), WARM_UP + EVENTS)
        cpu_s, took_s = stage.cpu_s - before, ended_at - began_at
    counts = [decode_count(line) for message in (*heard, *more) for line in message.split(b"\n")]
    note = f"{EVENTS:,} in {took_s:.1f} s, of which {cpu_s:.1f} s of the stage's processor time; {len(counts):,} counts"
    return [
        Figure(
            name="one hour by cell, slabs of 200", value=EVENTS / took_s, unit=Unit.ENTRIES_A_SECOND,
            sense=Sense.AT_LEAST, bound=BOUND, note=note,
        ),
        Figure(
            name="counts that are not as counted by hand", value=float(_wrong(events, counts)), unit=Unit.ONE,
            sense=Sense.AT_MOST, bound=0.0, note=f"{CHECKED:,} drawn",
        ),
    ]  # fmt: skip


def _events(count: int) -> list[Event]:
    """Some cells are visited often; some events come late, a few of them later than their hour."""
    random = Random(7)  # noqa: S311 - drawn events, not secrets
    found: list[Event] = []
    for number in range(count):
        late = random.randrange(90 * MINUTE) if random.random() < LATE_SHARE else random.randrange(2 * SECOND)
        cell = min(CELLS - 1, int(random.expovariate(6 / CELLS)))
        found.append((f"89194ad{cell:05x}fff", _BEGAN + number * EVERY_MS - late))
    return found


def _feed(running: Engine, events: Sequence[Event], first: int, end: int) -> float:
    """Append them to the journal topic as the desk's intake would; when the first was sent, Unix seconds."""
    lines = [_line(number, *events[number]) for number in range(first, end)]
    topic, at = JOURNAL.of(REALM), partition_of(AREA, JOURNAL)
    producer, bodies = running.clients.producer(), [slab for _, slab in slabs(lines)]
    began_at = time.time()
    sent = [producer.send(topic, key=AREA.encode(), value=body, partition=at) for body in bodies]
    for future in sent:
        future.get(timeout=WITHIN_S)
    return began_at


def _line(number: int, cell: str, at: Instant) -> bytes:
    fact = Reported(
        source=Source.SBN, source_id=f"e{number}", reporter="venue:blue-door", category=Category.THEFT, severity=2,
        at=at, occurred_at=at, received_at=at, lat=51.51, lon=-0.13, ward="E05013802", cell=cell,
    )  # fmt: skip
    return encode_entry(Entry(fact=fact, origin=Origin(stream="bench:windows", position=number + 1)))


def _heard(running: Engine, messages: int, events: int) -> tuple[list[bytes], float]:
    """What was told from a message on until so many events are counted; when the last stood there."""
    at, found = TopicPartition(PICTURE.of(REALM), partition_of(AREA, PICTURE)), list[bytes]()
    ends = time.monotonic() + WITHIN_S
    with running.clients.consumer() as consumer:
        consumer.assign([at])
        consumer.seek(at, messages)
        while time.monotonic() < ends:
            for message in consumer.poll(timeout_ms=500).get(at, []):
                found.append(message.value)
                if decode_count(message.value.rpartition(b"\n")[2]).event == events - 1:
                    return found, message.timestamp / 1_000
    raise TimeoutError(f"not counted within {WITHIN_S:.0f} s, with {os.getloadavg()[0]:.1f} at work here")


def _wrong(events: Sequence[Event], counts: Sequence[Count]) -> int:
    """Of counts drawn by lot, those that are not what counting all events before them gives; and events not counted."""
    own = {count.event: count for count in counts if not count.fell}
    cells = np.array([cell for cell, _ in events])
    times = np.array([at for _, at in events], dtype=np.int64)
    clocks = np.maximum.accumulate(times)
    wrong = sum(event not in own for event in range(len(events)))
    for count in Random(11).sample(counts, CHECKED):  # noqa: S311 - drawn events, not secrets
        if count.fell:
            continue  # the cell's next own count shows whether as many fell out as should
        until = count.event + 1
        stand = (cells[:until] == count.cell) & (times[:until] + HOUR > clocks[count.event])
        wrong += int(stand.sum()) != count.count
    return wrong
