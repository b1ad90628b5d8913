"""The metrics: every declared name is there, is fed in its own way, and cannot be fed in another."""

import pytest
from prometheus_client import generate_latest

from schemas.meters import Meters
from schemas.picture import Change, FeedStatus, Kind
from schemas.telemetry import DECLARED, Metric, MetricKind
from tests.builders_contracts import feed_health, incident


def text(meters: Meters) -> list[str]:
    return generate_latest(meters.registry).decode().splitlines()


def samples(meters: Meters, metric: Metric) -> list[str]:
    return [line for line in text(meters) if line.startswith(metric.value) and "_created" not in line]


@pytest.mark.parametrize("metric", Metric)
def test_every_declared_metric_is_shown_with_what_it_says_and_its_kind(metric: Metric) -> None:
    declared, name = DECLARED[metric], metric.value
    shown = text(Meters())
    assert f"# HELP {name} {declared.about}" in shown
    assert f"# TYPE {name} {declared.kind.value}" in shown


def test_counters_add_up_by_label_and_gauges_show_the_last() -> None:
    meters = Meters()
    meters.count(Metric.REJECTED, 2, "sbn", "unknown_venue")
    meters.count(Metric.REJECTED, 3, "sbn", "unknown_venue")
    meters.show(Metric.FEED_STATE, 1, "lfb")
    meters.show(Metric.FEED_STATE, 2, "lfb")
    assert samples(meters, Metric.REJECTED) == ['nightdesk_rejected_total{reason="unknown_venue",source="sbn"} 5.0']
    assert samples(meters, Metric.FEED_STATE) == ['nightdesk_feed_state{source="lfb"} 2.0']


def test_what_is_counted_elsewhere_is_read_whenever_somebody_looks() -> None:
    meters = Meters()
    deltas: dict[tuple[str, ...], float] = {("operations",): 1}
    meters.read_by({Metric.PUSH_DELTAS: lambda: deltas, Metric.QUEUED: lambda: {(): 3}})
    assert samples(meters, Metric.PUSH_DELTAS) == ['nightdesk_push_deltas_total{audience="operations"} 1.0']
    deltas[("group",)] = 4
    assert samples(meters, Metric.PUSH_DELTAS)[1:] == ['nightdesk_push_deltas_total{audience="group"} 4.0']
    assert samples(meters, Metric.QUEUED) == ["nightdesk_queued_records 3.0"]
    assert "# TYPE nightdesk_push_deltas_total counter" in text(meters)
    assert "# TYPE nightdesk_queued_records gauge" in text(meters)


def test_a_metric_has_one_source() -> None:
    meters = Meters()
    meters.read_by({Metric.QUEUED: lambda: {(): 3}})
    with pytest.raises(KeyError):
        meters.show(Metric.QUEUED, 4)
    with pytest.raises(KeyError):
        meters.count(Metric.QUEUED)


@pytest.mark.parametrize("metric", [metric for metric in Metric if DECLARED[metric].kind is MetricKind.HISTOGRAM])
def test_what_takes_time_is_measured(metric: Metric) -> None:
    meters = Meters()
    with meters.measure(metric):
        pass
    assert f"{metric.value}_count 1.0" in samples(meters, metric)


def test_how_a_feed_stands_is_shown_by_what_is_told_of_it() -> None:
    meters = Meters()
    blind = feed_health(status=FeedStatus.BLIND)
    changes = [
        Change(kind=Kind.INCIDENTS, key="a", offset=1, index=0, at=0, record=incident()),
        Change(kind=Kind.FEEDS, key=blind.source.value, offset=1, index=1, at=0, record=blind),
    ]
    meters.show_feeds(changes)
    assert samples(meters, Metric.FEED_STATE) == [f'nightdesk_feed_state{{source="{blind.source.value}"}} 2.0']
