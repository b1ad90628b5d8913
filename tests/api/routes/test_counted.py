"""Requests are counted by our own words: the route as declared, a page, or none; never what a caller made up."""

import asyncio

import pytest
from prometheus_client import generate_latest
from starlette.types import Message

from tests.builders_http import Site


def counted(desk: Site) -> dict[str, float]:
    """The samples of HTTP metrics."""
    lines = generate_latest(desk.services.meters.registry).decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if line.startswith("nightdesk_http_"))
    return {name.removeprefix("nightdesk_http_"): float(value) for name, _, value in samples}


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/healthz", "/healthz", "200"),
        ("GET", "/api/v1/session", "/api/v1/session", "401"),
        ("PATCH", "/api/v1/session", "/api/v1/session", "405"),
        ("GET", "/", "page", "200"),
        ("GET", "/made-up-1", "none", "404"),
        ("BREW", "/made-up-2", "none", "404"),
    ],
)
def test_a_request_is_counted_by_its_route_and_status(
    method: str, path: str, route: str, status: str, desk: Site
) -> None:
    desk.ask(method, path)
    samples = counted(desk)
    assert samples[f'requests_total{{route="{route}",status="{status}"}}'] == 1
    assert samples["answer_seconds_count"] == 1


def test_what_a_guard_refuses_is_counted_too(desk: Site) -> None:
    desk.ask("GET", "/healthz", headers={"Host": "evil.example"})
    assert counted(desk)['requests_total{route="none",status="400"}'] == 1


def test_a_caller_that_leaves_before_its_answer_has_no_status(desk: Site) -> None:
    async def receive() -> Message:
        raise asyncio.CancelledError

    async def send(_: Message) -> None:
        raise AssertionError("nobody is there to be answered")

    scope = {"type": "http", "method": "POST", "path": "/healthz", "headers": [(b"host", b"localhost:8000")]}

    async def leaves() -> None:
        await desk.app(scope, receive, send)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(leaves())
    assert counted(desk)['requests_total{route="none",status="none"}'] == 1
