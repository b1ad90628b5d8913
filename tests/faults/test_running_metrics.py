"""Every declared metric is fed by a running desk: a name without a sample is a promise that nobody keeps."""

from pathlib import Path

import orjson
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from schemas.telemetry import DECLARED, Metric, MetricKind
from tests.builders_running import key_of, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server


def samples(metrics: dict[str, float], metric: Metric) -> list[float]:
    """Every sample of a metric; of a histogram how much was measured."""
    name = f"{metric}_count" if DECLARED[metric].kind is MetricKind.HISTOGRAM else metric.value
    return [value for sample, value in metrics.items() if sample.partition("{")[0] == name]


BY_LABEL_OF_PEOPLE = (Metric.REJECTED, Metric.PUSH_REFUSED, Metric.PUSH_CLIENTS, Metric.PUSH_ENDED)
"""Those that have no sample before somebody does something."""
THERE = (
    Metric.QUEUED,
    Metric.SKIPPED,
    Metric.PUSH_SKIPPED,
    Metric.PUSH_SNAPSHOTS,
    Metric.PUSH_RESUMES,
    Metric.PUSH_GAPS,
    Metric.PUSH_TOPICS_REFUSED,
    Metric.PROJECTED_DROPPED,
    Metric.VIEW_AGE,
    Metric.VIEW_READ,
)
"""Those that may be 0 for a whole night; the last two always are, where the view is not in Redis."""
MOVED = [metric for metric in Metric if metric not in THERE + BY_LABEL_OF_PEOPLE]
"""Those that are more than nothing within a demo night."""


def test_a_demo_night_feeds_every_metric(tmp_path: Path) -> None:
    with running(tmp_path, "--demo", "--speed", "3000") as desk:
        desk.until_ready()

        def missing() -> list[Metric]:
            metrics = desk.metrics()
            return [metric for metric in MOVED if not any(samples(metrics, metric))]

        until(lambda: not missing(), "every metric has moved")
        metrics = desk.metrics()
        for metric in THERE:
            assert len(samples(metrics, metric)) == 1
        assert {
            f'nightdesk_feed_state{{source="{source}"}}' for source in ("lfb", "noise", "sbn", "nightstars")
        } <= set(metrics)
        assert desk.stop()[0] == 0


def test_what_only_people_bring_about_is_counted_too(tmp_path: Path) -> None:
    key = key_of(tmp_path)
    address = {"Authorization": f"Bearer {key}"}
    with running(tmp_path) as desk:
        desk.until_ready()
        with connect(f"ws://127.0.0.1:{desk.port + 1}/live", additional_headers=address, proxy=None) as line:
            line.send("rubbish")
            line.recv(timeout=10)
            for place in ("", ',"epoch":"made up","seq":1'):
                line.send(f'{{"op":"subscribe","topic":"westminster/operations"{place}}}')
                heard = [orjson.loads(line.recv(timeout=10))["t"] for _ in range(3 if place else 2)]
                assert heard[-1] == "heartbeat"
            sbn_file(tmp_path / "inbox", "reports", sbn_report(1, "2026-05-16T22:00:00Z", venue_id="nobody"))
            until(lambda: any(samples(desk.metrics(), Metric.REJECTED)), "the refused row is counted")
            metrics = desk.metrics()
        with pytest.raises(InvalidStatus), connect(f"ws://127.0.0.1:{desk.port + 1}/live", proxy=None):
            pass
        until(lambda: sum(samples(desk.metrics(), Metric.PUSH_REFUSED)) == 2, "the unknown caller is counted")
        assert desk.stop()[0] == 0
    assert metrics['nightdesk_rejected_total{reason="unknown_venue",source="sbn"}'] == 1
    assert metrics['nightdesk_read_total{source="sbn"}'] == 1
    assert metrics['nightdesk_push_clients{audience="operations"}'] == 1
    assert metrics['nightdesk_push_refused_total{reason="not_json"}'] == 1
    assert (metrics["nightdesk_push_snapshots_total"], metrics["nightdesk_push_gaps_total"]) == (2, 1)
    assert metrics['nightdesk_http_requests_total{route="/readyz",status="200"}'] >= 1
