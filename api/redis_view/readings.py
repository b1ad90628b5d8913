"""What a follower of the view counts, for the metrics: read when somebody looks."""

from api.redis_view.mirror import Mirror
from schemas.telemetry import Metric, Reading


def readings(mirror: Mirror) -> dict[Metric, Reading]:
    """A reading for each metric that its own state answers; any thread may call it."""
    return {
        Metric.VIEW_AGE: lambda: {(): mirror.silent_s()},
        Metric.VIEW_READ: lambda: {(): mirror.read},
    }
