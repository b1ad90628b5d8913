"""The OpenAPI document: what is described is what is there, and nothing else is."""

import subprocess
import sys
from dataclasses import replace

import pytest

from api.addresses import Address
from tests.builders_http import Site


def test_every_call_is_described(desk: Site) -> None:
    document = desk.ask("GET", "/api/v1/openapi.json").json()
    calls = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert calls == {
        ("POST", "/api/v1/session"),
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("GET", "/api/v1/config"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/metrics"),
    }


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_is_no_page_of_somebody_elses(path: str, desk: Site) -> None:
    assert desk.ask("GET", path).status_code == 404


def test_a_site_without_an_address_is_refused(desk: Site) -> None:
    with pytest.raises(ValueError, match="addresses is empty"):
        replace(desk.services, addresses=())
    assert Address(page="https://desk.example", push="wss://desk.example/live").host == "desk.example"


def test_importing_the_app_brings_neither_alembic_nor_the_server() -> None:
    code = "import sys, api.app; print(sorted({'alembic', 'uvicorn'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
