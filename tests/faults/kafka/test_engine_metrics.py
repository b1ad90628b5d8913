"""What each role of a running engine shows on the port for that: what the alerts ask for is there and moves."""

from datetime import UTC, datetime
from typing import Final

import pytest

from tests.builders_consoles import console
from tests.builders_engine import ROLES, Engine
from tests.builders_running import sbn_file, sbn_report

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]
MOVES: Final = {
    "worker": ("entries_total", "fold_seconds_count", "journal_append_seconds_count", "tick_age_seconds"),
    "project": ("record_write_seconds_count",),
    "push": ("push_snapshots_total", "view_read_total", 'push_clients{audience="operations"}'),
    "api": ('http_requests_total{route="/api/v1/reports",status="201"}', "http_answer_seconds_count"),
    "ingest": ('read_total{source="sbn"}', 'rejected_total{reason="unknown_venue",source="sbn"}'),
}
FEEDS: Final = {f'nightdesk_feed_state{{source="{source}"}}' for source in ("lfb", "noise", "sbn", "nightstars")}


def still(engine: Engine) -> list[str]:
    """What is nothing yet, or not there."""
    shown = {role: engine.metrics(role) for role in ROLES}
    silent = [f"{role} {name}" for role in ROLES for name in MOVES[role] if not shown[role].get(f"nightdesk_{name}")]
    return silent + [role for role in ROLES if shown[role].get("nightdesk_ready") != 1.0]


def test_every_role_shows_what_the_alerts_ask_for(engine: Engine) -> None:
    engine.until_ready()
    now = datetime.now(UTC).isoformat()
    with console(engine.ports["push"], engine.key("operations")):
        rows = [sbn_report(0, now, report_id="measured"), sbn_report(1, now, report_id="m", venue_id="nobody")]
        sbn_file(engine.inbox, "measured", *rows)
        engine.until(lambda: engine.report("measured").status == 201, "a report is judged")
        engine.until(lambda: still(engine) == [], "everything has moved")
        assert engine.metrics("worker").keys() >= FEEDS
