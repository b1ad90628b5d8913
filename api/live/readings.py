"""What the push server counts, for the metrics: read when somebody looks."""

from collections.abc import Mapping

from api.live.hub import Hub
from api.view import Shown
from schemas.telemetry import Metric, Reading


def readings(hub: Hub, view: Shown) -> dict[Metric, Reading]:
    """A reading for each metric that their own state answers; any thread may call it."""
    counters = hub.counters
    return {
        Metric.PUSH_CLIENTS: lambda: _by_label(hub.following()),
        Metric.PUSH_DELTAS: lambda: _by_label(counters.deltas),
        Metric.PUSH_SKIPPED: lambda: {(): counters.skipped},
        Metric.PUSH_SNAPSHOTS: lambda: {(): counters.snapshots},
        Metric.PUSH_RESUMES: lambda: {(): counters.resumes},
        Metric.PUSH_GAPS: lambda: {(): counters.gaps},
        Metric.PUSH_ENDED: lambda: _by_label(counters.ended),
        Metric.PUSH_REFUSED: lambda: _by_label(counters.refused),
        Metric.PUSH_TOPICS_REFUSED: lambda: {(): view.refused},
    }


def _by_label(counts: Mapping[str, int]) -> dict[tuple[str, ...], float]:
    """Copied first: the hub's loop counts on meanwhile."""
    return {(label,): count for label, count in dict(counts).items()}
