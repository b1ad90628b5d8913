"""The metrics: every name once, with its kind, unit, labels and what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class MetricKind(StrEnum):
    """Counters only rise; gauges are what is now; histograms count by size."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Unit(StrEnum):
    """What a metric's number counts."""

    ONE = "one"
    SECONDS = "seconds"


class Metric(StrEnum):
    """Names as Prometheus shows them."""

    READ = "nightdesk_read_total"
    REJECTED = "nightdesk_rejected_total"
    OUTSIDE = "nightdesk_outside_total"
    DUPLICATES = "nightdesk_duplicates_total"
    LATE = "nightdesk_late_total"
    ENTRIES = "nightdesk_entries_total"
    SKIPPED = "nightdesk_skipped_entries"
    QUEUED = "nightdesk_queued_records"
    JOURNAL_APPEND = "nightdesk_journal_append_seconds"
    FOLD = "nightdesk_fold_seconds"
    RECORD_WRITE = "nightdesk_record_write_seconds"
    SNAPSHOT = "nightdesk_snapshot_seconds"
    TICK_AGE = "nightdesk_tick_age_seconds"
    FEED_STATE = "nightdesk_feed_state"
    PUSH_CLIENTS = "nightdesk_push_clients"
    PUSH_DELTAS = "nightdesk_push_deltas_total"
    PUSH_SKIPPED = "nightdesk_push_skipped_total"
    PUSH_SNAPSHOTS = "nightdesk_push_snapshots_total"
    PUSH_RESUMES = "nightdesk_push_resumes_total"
    PUSH_GAPS = "nightdesk_push_gaps_total"
    PUSH_ENDED = "nightdesk_push_ended_total"
    PUSH_REFUSED = "nightdesk_push_refused_total"
    PUSH_TOPICS_REFUSED = "nightdesk_push_topics_refused_total"
    VIEW_AGE = "nightdesk_view_age_seconds"
    VIEW_READ = "nightdesk_view_read_total"
    PROJECTED_DROPPED = "nightdesk_projected_dropped_total"
    READY = "nightdesk_ready"
    HTTP_REQUESTS = "nightdesk_http_requests_total"
    HTTP_ANSWER = "nightdesk_http_answer_seconds"


Reading = Callable[[], Mapping[tuple[str, ...], float]]
"""What a part counts for itself, by the values of the metric's labels; called by whoever looks, in any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A metric's declaration; a reason or source that is a label comes from a fixed vocabulary."""

    kind: MetricKind
    unit: Unit
    about: str
    labels: tuple[str, ...] = ()


def _counter(about: str, *labels: str) -> Declared:
    return Declared(kind=MetricKind.COUNTER, unit=Unit.ONE, about=about, labels=labels)


def _gauge(about: str, *labels: str, unit: Unit = Unit.ONE) -> Declared:
    return Declared(kind=MetricKind.GAUGE, unit=unit, about=about, labels=labels)


def _seconds(about: str) -> Declared:
    return Declared(kind=MetricKind.HISTOGRAM, unit=Unit.SECONDS, about=about)


DECLARED: Final[dict[Metric, Declared]] = {
    Metric.READ: _counter("Rows read from a feed", "source"),
    Metric.REJECTED: _counter("Rows refused and kept as dead letters", "source", "reason"),
    Metric.OUTSIDE: _counter("Records that lie outside the area", "source"),
    Metric.DUPLICATES: _counter("Records that said again what was known"),
    Metric.LATE: _counter("Records that came late and were counted all the same"),
    Metric.ENTRIES: _counter("Entries appended to the journal"),
    Metric.SKIPPED: _gauge("Entries on the skip list: the fold cannot apply them"),
    Metric.QUEUED: _gauge("Records that wait for the desk"),
    Metric.JOURNAL_APPEND: _seconds("To make a batch of entries durable"),
    Metric.FOLD: _seconds("To fold a batch of entries"),
    Metric.RECORD_WRITE: _seconds("To write a batch of changes to the record"),
    Metric.SNAPSHOT: _seconds("To write a snapshot"),
    Metric.TICK_AGE: _gauge("Since the desk last ticked", unit=Unit.SECONDS),
    Metric.FEED_STATE: _gauge("0 live, 1 quiet, 2 blind", "source"),
    Metric.PUSH_CLIENTS: _gauge("Sockets that follow a topic", "audience"),
    Metric.PUSH_DELTAS: _counter("Deltas sent out, once for each topic", "audience"),
    Metric.PUSH_SKIPPED: _counter("Times a slow client was passed over"),
    Metric.PUSH_SNAPSHOTS: _counter("Whole pictures sent to clients"),
    Metric.PUSH_RESUMES: _counter("Times a client was sent what it had missed"),
    Metric.PUSH_GAPS: _counter("Times what a client had missed was not kept any more, and it began anew"),
    Metric.PUSH_ENDED: _counter("Sockets ended because their client took nothing or was signed out", "reason"),
    Metric.PUSH_REFUSED: _counter("Client frames and connections refused", "reason"),
    Metric.PUSH_TOPICS_REFUSED: _counter("Times a push topic was wanted that was one too many"),
    Metric.VIEW_AGE: _gauge("Since this process last heard of the desk through Redis", unit=Unit.SECONDS),
    Metric.VIEW_READ: _counter("Times the whole view was read from Redis"),
    Metric.PROJECTED_DROPPED: _counter("Changes that were not newer than what was shown"),
    Metric.READY: _gauge("1 where /readyz says ready, 0 where it says why not"),
    Metric.HTTP_REQUESTS: _counter("HTTP requests by the route that answered", "route", "status"),
    Metric.HTTP_ANSWER: _seconds("To answer an HTTP request, reading it included"),
}

SECONDS_BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of every histogram."""
