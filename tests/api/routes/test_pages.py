"""The pages: at their own addresses, cached as their names allow, in the encoding the browser takes."""

import gzip
from pathlib import Path

import pytest

from api.routes.pages import BYTES_MAX, PagesTooLarge, read_pages
from tests.builders_auth import Accounts
from tests.builders_http import Site, site

INDEX = b"<!doctype html><title>Nightdesk</title>" + b" " * 500
SCRIPT = b"export const night = 'Saturday';" * 40


@pytest.fixture
def built(tmp_path: Path, house: Accounts) -> Site:
    pages = tmp_path / "built"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_bytes(INDEX)
    (pages / "sign-in.html").write_bytes(b"<!doctype html><title>Sign in</title>")
    (pages / "report.html").write_bytes(b"<!doctype html><title>Report</title>")
    (pages / "sw.js").write_bytes(b"self.skipWaiting();")
    (pages / "report.webmanifest").write_bytes(b"{}")
    (pages / "assets/console-AbC123_-.js").write_bytes(SCRIPT)
    (pages / "assets/console-AbC123_-.js.gz").write_bytes(gzip.compress(SCRIPT))
    (pages / "assets/console-AbC123_-.js.br").write_bytes(b"brotli")
    (pages / "notes.txt").write_text("not a page")
    (tmp_path / "secret.html").write_text("secret")
    return site(house, pages)


def test_pages_stand_at_their_addresses(built: Site) -> None:
    assert built.ask("GET", "/").content == INDEX
    assert "Sign in" in built.ask("GET", "/sign-in").text
    assert "Report" in built.ask("GET", "/report").text
    script = built.ask("GET", "/assets/console-AbC123_-.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"


def test_hashed_assets_are_kept_for_ever_and_pages_are_asked_for_each_time(built: Site) -> None:
    assert built.ask("GET", "/").headers["cache-control"] == "no-cache"
    asset = built.ask("GET", "/assets/console-AbC123_-.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_what_makes_the_phone_page_an_app_is_asked_for_each_time(built: Site) -> None:
    worker, manifest = built.ask("GET", "/sw.js"), built.ask("GET", "/report.webmanifest")
    assert worker.headers["content-type"] == "text/javascript; charset=utf-8"
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert {worker.headers["cache-control"], manifest.headers["cache-control"]} == {"no-cache"}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        (",;q=", None),
    ],
)
def test_the_encoding_is_one_the_browser_takes(accepted: str, encoding: str | None, built: Site) -> None:
    answer = built.ask("HEAD", "/assets/console-AbC123_-.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == b""


def test_what_was_compressed_is_what_was_built(built: Site) -> None:
    answer = built.ask("GET", "/assets/console-AbC123_-.js", headers={"Accept-Encoding": "gzip"})
    assert answer.content == SCRIPT


def test_a_page_that_has_not_changed_is_not_sent_again(built: Site) -> None:
    etag = built.ask("GET", "/").headers["etag"]
    answer = built.ask("GET", "/", headers={"If-None-Match": f'W/"old", {etag}'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert built.ask("GET", "/", headers={"If-None-Match": '"other"'}).status_code == 200
    asset = "/assets/console-AbC123_-.js"
    tags = {built.ask("GET", asset, headers={"Accept-Encoding": name}).headers["etag"] for name in ("gzip", "identity")}
    assert len(tags) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/assets/../../secret.html",
        "/%2e%2e/secret.html",
        "/assets/..%2f..%2fsecret.html",
        "/notes.txt",
        "/index.html.gz",
        "/assets/",
        "//etc/passwd",
    ],
)
def test_nothing_else_is_there(path: str, built: Site) -> None:
    answer = built.ask("GET", path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not_found"


def test_a_page_cannot_be_posted_to(built: Site) -> None:
    answer = built.ask("POST", "/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/report", "/sign-in"])
def test_without_a_build_the_page_says_how_to_make_one(path: str, desk: Site) -> None:
    answer = desk.ask("GET", path)
    assert answer.status_code == 200
    assert "make pages" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_folder_that_is_no_build_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"")
    (tmp_path / "video.js").write_bytes(b"x" * (BYTES_MAX + 1))
    with pytest.raises(PagesTooLarge, match="over 32 MiB"):
        read_pages(tmp_path)
