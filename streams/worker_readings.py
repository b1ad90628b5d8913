"""What a worker's desks count, for the metrics: read when somebody looks."""

from collections.abc import Callable, Mapping

from schemas.telemetry import Metric, Reading
from streams.core.desk import Desk
from streams.held_partition import HeldPartition
from streams.kept_desk import Clock


def worker_readings(held: Callable[[], Mapping[int, HeldPartition]], clock: Clock) -> dict[Metric, Reading]:
    """A reading for each metric that the desks' own state answers; any thread may call it."""

    def desks() -> list[Desk]:
        return [desk for one in list(held().values()) for desk in one.desk.desks.values()]

    def tick_age() -> float:
        ages = [clock() - at for one in list(held().values()) if (at := one.desk.ticked_at) is not None]
        return max(ages, default=0.0)

    return {
        Metric.QUEUED: lambda: {(): sum(one.queued for one in list(held().values()))},
        Metric.SKIPPED: lambda: {(): sum(one.desk.skipped for one in list(held().values()))},
        Metric.TICK_AGE: lambda: {(): tick_age()},
        Metric.ENTRIES: lambda: {(): sum(_told(desk)[0] for desk in desks())},
        Metric.DUPLICATES: lambda: {(): sum(_told(desk)[1] for desk in desks())},
        Metric.LATE: lambda: {(): sum(_told(desk)[2] for desk in desks())},
    }


def _told(desk: Desk) -> tuple[int, int, int]:
    """Records counted, repeats among them, and late ones."""
    streams = list(desk.counts.streams.values())
    repeats = sum(stream.duplicates for stream in streams)
    return sum(stream.accepted for stream in streams) + repeats, repeats, sum(stream.late for stream in streams)
