"""The guards: headers on every answer, known hosts, our own page, small bodies, no crash shown."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.types import Message, Receive

from api.routes.guards.small_bodies import BODY_BYTES_MAX
from schemas.log import OneLine
from tests.builders_auth import Accounts
from tests.builders_http import Site, site

SESSION = "/api/v1/session"
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/sign-in", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/metrics", 401),
    ("GET", "/api/v1/config", 401),
    ("GET", SESSION, 401),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/nothing", 404),
    ("PATCH", SESSION, 405),
    ("POST", SESSION, 422),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_the_headers(method: str, path: str, status: int, desk: Site) -> None:
    answer = desk.ask(method, path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self' ws://localhost:8001; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "geolocation=(self)" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["type"].startswith("/problems/")


def test_the_socket_that_a_page_may_open_has_the_name_the_page_was_opened_by(desk: Site) -> None:
    desk.origin = "http://127.0.0.1:8000"
    assert "connect-src 'self' ws://127.0.0.1:8001;" in desk.ask("GET", "/").headers["content-security-policy"]


def test_behind_https_the_browser_is_told_to_stay_there(house: Accounts, desk: Site) -> None:
    house.secure = True
    answer = site(house, desk.services.pages).ask("GET", "/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "connect-src 'self' wss://desk.example;" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:9000", "", "localhost:8000.evil.example"])
def test_another_host_is_refused(host: str, desk: Site) -> None:
    answer = desk.ask("GET", "/healthz", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/unknown_host"
    known = "http://127.0.0.1:8000 or http://localhost:8000"
    assert answer.json()["detail"] == f"Open {known}. For another name, set NIGHTDESK_PUBLIC_ORIGIN."


def test_hosts_are_known_in_any_case(desk: Site) -> None:
    assert desk.ask("GET", "/healthz", headers={"Host": "LOCALHOST:8000"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "https://localhost:8000"])
def test_another_site_may_change_nothing_with_or_without_a_cookie(origin: str, desk: Site) -> None:
    key = desk.house.key()
    without = desk.ask("POST", SESSION, json={"key": key}, headers={"Origin": origin})
    desk.sign_in()
    with_cookie = desk.ask("DELETE", SESSION, headers={"Origin": origin})
    assert [answer.json()["type"] for answer in (without, with_cookie)] == ["/problems/other_site"] * 2
    assert desk.ask("GET", SESSION).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "http://localhost:8000"}, 204),
    ],
)
def test_a_cookie_needs_the_browsers_word_that_our_page_asks(headers: dict[str, str], status: int, desk: Site) -> None:
    desk.sign_in()
    assert desk.ask("DELETE", SESSION, headers=headers).status_code == status


def test_a_program_with_a_key_needs_no_origin(desk: Site) -> None:
    assert desk.ask("POST", SESSION, json={"key": desk.house.key()}).status_code == 200


def test_a_body_that_announces_too_much_is_refused_unread(desk: Site) -> None:
    asked: list[str] = []

    async def receive() -> Message:
        asked.append("body")
        return {"type": "http.request", "body": b"", "more_body": False}

    status = _status_of(desk, receive, [(b"content-length", b"%d" % (BODY_BYTES_MAX + 1))])
    assert (status, asked) == (413, [])


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"9" * 30, "\u0663".encode(), b""])
def test_a_length_that_is_no_number_is_too_large(length: bytes, desk: Site) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    assert _status_of(desk, receive, [(b"content-length", length)]) == 413


def test_a_streamed_body_is_refused_as_soon_as_it_is_too_large(desk: Site) -> None:
    chunks: list[int] = []

    async def stream() -> AsyncIterator[bytes]:
        for number in range(1_000):
            chunks.append(number)
            yield b"x" * 1024

    async def ask() -> Message:
        source = stream()

        async def receive() -> Message:
            return {"type": "http.request", "body": await anext(source), "more_body": True}

        return await _start_of(desk, receive, [])

    assert asyncio.run(ask())["status"] == 413
    assert len(chunks) == BODY_BYTES_MAX // 1024 + 1


def test_a_caller_who_goes_away_in_the_middle_harms_nothing(desk: Site) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    assert _status_of(desk, receive, []) == 422


def test_a_body_of_the_largest_size_is_read(desk: Site) -> None:
    body = b'{"key":"nd_wrong"}'.ljust(BODY_BYTES_MAX)
    headers = {"Content-Type": "application/json"}
    assert desk.ask("POST", SESSION, content=body, headers=headers).status_code == 401
    assert desk.ask("POST", SESSION, content=body + b" ", headers=headers).status_code == 413
    assert desk.ask("GET", "/healthz", content=body + b" ").status_code == 413


def test_a_crash_tells_the_caller_nothing_and_the_log_its_kind_and_place(
    house: Accounts, desk: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> tuple[bool, str]:
        raise RuntimeError("the inside story")

    broken = site(house, desk.services.pages, ready=fails)
    with caplog.at_level(logging.ERROR):
        answer = broken.ask("GET", "/readyz")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/failed"
    assert "inside" not in answer.text
    assert "content-security-policy" in answer.headers
    (line,) = (OneLine().format(record) for record in caplog.records)
    assert "error http: GET /readyz failed | RuntimeError at test_guards.py:" in line
    assert "inside" not in line, "an error's text may quote what somebody said"


def test_no_room_to_store_is_said_and_can_be_tried_again(desk: Site, caplog: pytest.LogCaptureFixture) -> None:
    desk.house.kept.close()
    file = desk.house.kept.store.place
    assert isinstance(file, Path)
    file.write_bytes(b"rubbish" * 5_000)
    with caplog.at_level(logging.ERROR):
        answer = desk.ask("POST", SESSION, json={"key": "nd_x"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "kept.db" not in answer.text
    assert "kept.db" in caplog.text


def _status_of(desk: Site, receive: Receive, headers: list[tuple[bytes, bytes]]) -> int:
    return int(asyncio.run(_start_of(desk, receive, headers))["status"])


async def _start_of(desk: Site, receive: Receive, headers: list[tuple[bytes, bytes]]) -> Message:
    """Ask below HTTP libraries, which would put the request right."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": SESSION,
        "raw_path": SESSION.encode(),
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "server": ("localhost", 8000),
        "client": (desk.address, 50_000),
        "headers": [(b"host", b"localhost:8000"), (b"content-type", b"application/json"), *headers],
    }
    await desk.app(scope, receive, send)
    return sent[0]
