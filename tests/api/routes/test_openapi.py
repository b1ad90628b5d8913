"""The OpenAPI document: what is described is what is there, and nothing else is."""

import subprocess
import sys

import pytest

from api.addresses import Address
from api.routes.services import Services
from tests.builders_http import Site


def test_every_call_is_described(desk: Site) -> None:
    document = desk.ask("GET", "/api/v1/openapi.json").json()
    calls = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert calls == {
        ("POST", "/api/v1/session"),
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("GET", "/api/v1/config"),
        ("POST", "/api/v1/reports"),
        ("GET", "/api/v1/reports"),
        ("GET", "/api/v1/reports/{id}"),
        ("POST", "/api/v1/reports/{id}/corrections"),
        ("POST", "/api/v1/reports/{id}/withdrawal"),
        ("POST", "/api/v1/encounters"),
        ("POST", "/api/v1/feeds/{source}"),
        ("POST", "/api/v1/incidents/{id}/seen"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_is_no_page_of_somebody_elses(path: str, desk: Site) -> None:
    assert desk.ask("GET", path).status_code == 404


def test_a_site_without_an_address_is_refused(desk: Site) -> None:
    with pytest.raises(ValueError, match="addresses is empty"):
        Services(
            area=desk.services.area,
            realm="live",
            version="0",
            addresses=(),
            authenticator=desk.services.authenticator,
            attempts=desk.services.attempts,
            ready=desk.services.ready,
            meters=desk.services.meters,
            pages=desk.services.pages,
            incoming=desk.services.incoming,
        )
    assert Address(page="https://desk.example", push="wss://desk.example/live").host == "desk.example"


def test_importing_the_app_brings_neither_alembic_nor_the_server() -> None:
    code = "import sys, api.app; print(sorted({'alembic', 'uvicorn'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
