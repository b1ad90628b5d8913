"""What the push server counts, for the metrics: read when somebody looks."""

from collections.abc import Mapping

from api.live.hub import Hub
from schemas.telemetry import Metric, Reading


def readings(hub: Hub) -> dict[Metric, Reading]:
    """A reading for each metric that the hub's own state answers; any thread may call it."""
    counters = hub.counters
    return {
        Metric.PUSH_CLIENTS: lambda: _by_label(hub.following()),
        Metric.PUSH_DELTAS: lambda: _by_label(counters.deltas),
        Metric.PUSH_SKIPPED: lambda: {(): counters.skipped},
        Metric.PUSH_REFUSED: lambda: _by_label(counters.refused),
    }


def _by_label(counts: Mapping[str, int]) -> dict[tuple[str, ...], float]:
    """Copied first: the hub's loop counts on meanwhile."""
    return {(label,): count for label, count in dict(counts).items()}
