"""The declared metrics as Prometheus knows them; a name that is not declared in schemas/telemetry.py cannot be fed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from schemas.picture import Change, FeedHealth, FeedStatus
from schemas.telemetry import DECLARED, SECONDS_BUCKETS, Metric, MetricKind, Reading

FEED_STATES: Final = {FeedStatus.LIVE: 0, FeedStatus.QUIET: 1, FeedStatus.BLIND: 2}
"""How a feed stands, as its metric says it."""


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

    def read_by(self, readings: Mapping[Metric, Reading]) -> None:
        """Have counters and gauges read where they are kept, whenever somebody looks."""
        for metric, reading in readings.items():
            own = self._counters.pop(metric, None) or self._gauges.pop(metric)
            self.registry.unregister(own)
            self.registry.register(_Read(metric, reading))

    def measure(self, metric: Metric) -> AbstractContextManager[object]:
        """Time what is done inside."""
        return self._histograms[metric].time()

    def show_feeds(self, changes: Sequence[Change]) -> None:
        """Show how the feeds stand by what is told of them."""
        for change in changes:
            if isinstance(change.record, FeedHealth):
                self.show(Metric.FEED_STATE, FEED_STATES[change.record.status], change.record.source.value)


class _Read(Collector):
    """A metric whose values are kept elsewhere."""

    def __init__(self, metric: Metric, reading: Reading) -> None:
        self._metric = metric
        self._reading = reading

    def collect(self) -> Iterator[Family]:
        declared = DECLARED[self._metric]
        made = CounterMetricFamily if declared.kind is MetricKind.COUNTER else GaugeMetricFamily
        family = made(self._metric.value, declared.about, labels=declared.labels)
        for labels, value in self._reading().items():
            family.add_metric(labels, value)
        yield family
