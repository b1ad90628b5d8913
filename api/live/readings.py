"""What the push server and what feeds it count, for the metrics: read when somebody looks."""

from collections.abc import Mapping

from api.live.hub import Hub
from api.projector import Projector
from api.view import Shown
from schemas.telemetry import Metric, Reading


def readings(hub: Hub, projector: Projector, view: Shown) -> dict[Metric, Reading]:
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
        Metric.PROJECTED_DROPPED: lambda: {(): projector.dropped},
    }


def _by_label(counts: Mapping[str, int]) -> dict[tuple[str, ...], float]:
    """Copied first: the hub's loop counts on meanwhile."""
    return {(label,): count for label, count in dict(counts).items()}
