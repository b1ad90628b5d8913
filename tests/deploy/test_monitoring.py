"""Alerts, dashboard and runbook name only what there is, and each alert tells whoever it wakes what to do."""

import re
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
import yaml

from schemas.settings import Settings
from schemas.telemetry import DECLARED, Declared, Metric, MetricKind

DEPLOY: Final = Path(__file__).resolve().parents[2] / "deploy"
RULES: Final[list[dict[str, Any]]] = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text(encoding="utf-8"))[
    "groups"
][0]["rules"]
SCRAPE: Final[dict[str, Any]] = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text(encoding="utf-8"))
BOARD: Final[dict[str, Any]] = orjson.loads((DEPLOY / "grafana" / "nightdesk.json").read_bytes())
RUNBOOK: Final = (DEPLOY / "RUNBOOK.md").read_text(encoding="utf-8")
ASKED: Final = {rule["alert"]: rule["expr"] for rule in RULES} | {
    f"panel {panel['title']}": target["expr"] for panel in BOARD["panels"] for target in panel.get("targets", [])
}
_OF_SCRAPING: Final = {"instance", "job", "role", "le"}
_SELECTED: Final = re.compile(r"\b(nightdesk_\w+)(?:\{([^}]*)\})?(\[)?")


def _declared(sample: str) -> Declared:
    """What a sample's metric was declared as; a histogram has three kinds of samples."""
    for metric, declared in DECLARED.items():
        parts = ("_bucket", "_count", "_sum") if declared.kind is MetricKind.HISTOGRAM else ("",)
        if sample in {f"{metric}{part}" for part in parts}:
            return declared
    raise AssertionError(f"{sample} is not a sample of any declared metric")


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_for_is_measured_with_these_labels(name: str) -> None:
    for sample, selected, ranged in _SELECTED.findall(ASKED[name]):
        declared = _declared(sample)
        labels = set(re.findall(r"(\w+)\s*[=!]~?", selected))
        assert labels <= {*declared.labels, *_OF_SCRAPING}
        is_rising = declared.kind is not MetricKind.GAUGE
        assert bool(ranged) == is_rising, "a counter is asked for its rate, a gauge for its value"


@pytest.mark.parametrize("name", ASKED)
def test_what_it_is_grouped_by_is_there(name: str) -> None:
    known = {label for sample, _, _ in _SELECTED.findall(ASKED[name]) for label in _declared(sample).labels}
    for grouped in re.findall(r"by \(([^)]*)\)", ASKED[name]):
        assert set(re.split(r",\s*", grouped)) <= known | _OF_SCRAPING


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_every_alert_says_how_bad_it_is_and_what_it_saw(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    shown = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    kept = {label for grouped in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in re.split(r",\s*", grouped)}
    assert shown <= kept or "by (" not in rule["expr"], "a label that was summed away is not there to be shown"


def test_the_runbook_has_a_section_for_each_alert_in_their_order_and_no_other() -> None:
    assert re.findall(r"^## (\w+)$", RUNBOOK, flags=re.MULTILINE) == [rule["alert"] for rule in RULES]


@pytest.mark.parametrize("alert", [rule["alert"] for rule in RULES])
def test_a_section_says_what_it_means_how_to_look_and_what_to_do(alert: str) -> None:
    section = RUNBOOK.partition(f"\n## {alert}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\*\*(.+?)\*\*", section, flags=re.MULTILINE) == [
        "What it means.",
        "How to look.",
        "What to do.",
    ]


def test_alerts_that_a_section_names_exist() -> None:
    alerts = {rule["alert"] for rule in RULES}
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", RUNBOOK))
    assert named <= alerts


def test_every_role_is_asked_on_the_port_where_it_says_how_it_is() -> None:
    roles = {name: service["environment"] for name, service in COMPOSE["services"].items() if "build" in service}
    usual = str(Settings.from_environ({}).health_port)
    wanted = {name: environment.get("NIGHTDESK_HEALTH_PORT", usual) for name, environment in roles.items()}
    asked = SCRAPE["scrape_configs"][0]["dns_sd_configs"]
    assert {name: str(one["port"]) for one in asked for name in one["names"]} == wanted
    gone = next(rule["expr"] for rule in RULES if rule["alert"] == "RoleGone")
    assert set(re.findall(r'role="(\w+)"', gone)) == roles.keys()


def test_every_metric_that_is_declared_is_on_the_board_or_wakes_somebody() -> None:
    said = " ".join(ASKED.values())
    assert [metric for metric in Metric if metric.value not in said] == []


def test_panels_have_their_own_places_and_names() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    titles = [panel["title"] for panel in BOARD["panels"]]
    assert len(set(places)) == len(places)
    assert len(set(titles)) == len(titles)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in BOARD["panels"])
