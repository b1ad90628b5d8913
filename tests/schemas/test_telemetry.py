"""The metric names."""

import re

from schemas.telemetry import DECLARED, SECONDS_BUCKETS, Metric, MetricKind, Unit


def test_each_metric_is_declared_once() -> None:
    assert set(DECLARED) == set(Metric)


def test_names_say_kind_and_unit_as_prometheus_wants() -> None:
    for metric, declared in DECLARED.items():
        assert re.fullmatch(r"nightdesk_[a-z_]+", metric), metric
        assert metric.endswith("_total") is (declared.kind is MetricKind.COUNTER), metric
        assert metric.endswith("_seconds") is (declared.unit is Unit.SECONDS), metric
        assert declared.about


def test_labels_are_of_a_fixed_vocabulary() -> None:
    labels = {label for declared in DECLARED.values() for label in declared.labels}
    assert labels <= {"source", "reason", "audience", "route", "status"}


def test_buckets_rise() -> None:
    assert list(SECONDS_BUCKETS) == sorted(set(SECONDS_BUCKETS))
