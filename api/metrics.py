"""The declared metrics as Prometheus knows them; a name that is not declared in schemas/telemetry.py cannot be fed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from schemas.telemetry import DECLARED, SECONDS_BUCKETS, Metric, MetricKind


class Meters:
    """One registry with every declared metric."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters: dict[Metric, Counter] = {}
        self._gauges: dict[Metric, Gauge] = {}
        self._histograms: dict[Metric, Histogram] = {}
        for metric, declared in DECLARED.items():
            name, labels = metric.value, declared.labels
            if declared.kind is MetricKind.COUNTER:
                self._counters[metric] = Counter(name, declared.about, labels, registry=self.registry)
            elif declared.kind is MetricKind.GAUGE:
                self._gauges[metric] = Gauge(name, declared.about, labels, registry=self.registry)
            else:
                self._histograms[metric] = Histogram(
                    name, declared.about, labels, buckets=SECONDS_BUCKETS, registry=self.registry
                )

    def count(self, metric: Metric, by: float = 1, *labels: str) -> None:
        """Add to a counter."""
        counter = self._counters[metric]
        (counter.labels(*labels) if labels else counter).inc(by)

    def show(self, metric: Metric, value: float, *labels: str) -> None:
        """Set a gauge."""
        gauge = self._gauges[metric]
        (gauge.labels(*labels) if labels else gauge).set(value)

    def show_by(self, metric: Metric, value: Callable[[], float]) -> None:
        """Have a gauge asked for when somebody looks."""
        self._gauges[metric].set_function(value)

    def measure(self, metric: Metric) -> AbstractContextManager[object]:
        """Time what is done inside."""
        return self._histograms[metric].time()
