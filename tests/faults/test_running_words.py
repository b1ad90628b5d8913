"""Words from a venue's file to whoever opens them, through a running desk: kept apart, audited, erased for good."""

from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from schemas.command_line import wall
from schemas.times import rfc3339
from tests.builders_running import VENUE, Running, run, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server

SAID = "he had a bottle and ran off"


def _key(data: Path, *of: str) -> str:
    """A new key of a role."""
    code, out, err = run("keys", "add", "--role", *of, "--data", str(data), "--json")
    assert code == 0, err
    return str(orjson.loads(out)["key"])


def _ask(desk: Running, key: str, method: str, path: str, json: object = None) -> httpx.Response:
    address = f"http://127.0.0.1:{desk.port}/api/v1{path}"
    return httpx.request(method, address, headers={"Authorization": f"Bearer {key}"}, json=json, trust_env=False)


def _incident(desk: Running, key: str) -> str:
    """The id of the one incident, once it is there."""
    shown: dict[str, Any] = {}
    until(lambda: bool(shown.update(desk.picture(key)["incidents"]) or shown), "the incident is in the picture")
    [found] = shown
    return found


def test_words_are_opened_for_a_purpose_seen_by_their_venue_and_erased_for_good(tmp_path: Path) -> None:
    operations, business, protection = (
        _key(tmp_path, *words) for words in (("operations",), ("business", "--venue", VENUE), ("dataprotection",))
    )
    with running(tmp_path) as desk:
        desk.until_ready()
        sbn_file(tmp_path / "inbox", "reports", sbn_report(1, rfc3339(wall()), words=SAID))
        id_ = _incident(desk, operations)
        opened = _ask(desk, operations, "POST", f"/incidents/{id_}/words", {"purpose": "to find who was hurt"})
        assert [one["text"] for one in opened.json()["items"]] == [SAID]
        seen = _ask(desk, business, "GET", "/audit").json()["items"]
        assert [(one["role"], one["purpose"]) for one in seen] == [("operations", "to find who was hurt")]
        ref = opened.json()["items"][0]["ref"]
        assert _ask(desk, protection, "DELETE", f"/words/{ref}").status_code == 204
        again = _ask(desk, operations, "POST", f"/incidents/{id_}/words", {"purpose": "once more"})
        assert [one["text"] for one in again.json()["items"]] == [None]
        assert desk.stop()[0] == 0
    for file in tmp_path.rglob("*"):
        if file.is_file() and "inbox" not in file.parts:
            assert SAID.encode() not in file.read_bytes(), file.name
