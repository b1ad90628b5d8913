"""Alive, ready and the metrics: who may ask, and what is said."""

import pytest

from schemas.audiences import Role
from tests.builders_auth import Accounts
from tests.builders_http import Site, site


def test_alive_is_open_to_all(desk: Site) -> None:
    answer = desk.ask("GET", "/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")


def test_ready_says_why_not(house: Accounts, desk: Site) -> None:
    waiting = site(house, desk.services.pages, ready=lambda: (False, "the desk catches up: 3,000 entries to go"))
    answer = waiting.ask("GET", "/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready: the desk catches up: 3,000 entries to go\n")
    assert desk.ask("GET", "/readyz").text == "ready\n"


@pytest.mark.parametrize("role", Role)
def test_metrics_are_for_a_key_of_role_admin(role: Role, desk: Site) -> None:
    answer = desk.ask("GET", "/metrics", headers=desk.as_role(role))
    if role is Role.ADMIN:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert 'nightdesk_read_total{source="sbn"} 7.0' in answer.text
    else:
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/not_allowed"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.9", {}, 401),
        ("a-unix-socket", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.9"}, 401),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.9"}, 401),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 401),
    ],
)
def test_metrics_are_for_a_scraper_on_this_machine(
    address: str, headers: dict[str, str], status: int, desk: Site
) -> None:
    desk.address = address
    assert desk.ask("GET", "/metrics", headers=headers).status_code == status
