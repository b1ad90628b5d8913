"""What the desk and its journal count, for the metrics: read when somebody looks, so that it costs the desk nothing."""

from schemas.telemetry import Metric, Reading
from streams.core.counts import StreamCount
from streams.kept_desk import Clock
from streams.owner import Owner


def readings(owner: Owner, clock: Clock) -> dict[Metric, Reading]:
    """A reading for each metric that the desk's own state answers; any thread may call it."""
    journal = owner.engine.journal

    def streams() -> list[StreamCount]:
        return list(owner.engine.desk.counts.streams.values())

    return {
        Metric.ENTRIES: lambda: {(): journal.end},
        Metric.SKIPPED: lambda: {(): len(journal.skips())},
        Metric.QUEUED: lambda: {(): owner.queued},
        Metric.TICK_AGE: lambda: {(): max(0.0, clock() - owner.state.ticked_at)},
        Metric.DUPLICATES: lambda: {(): sum(stream.duplicates for stream in streams())},
        Metric.LATE: lambda: {(): sum(stream.late for stream in streams())},
    }
