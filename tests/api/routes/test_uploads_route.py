"""Vendors' files over HTTP: counted row by row, refused lines kept, and the same bytes once."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from api.record.dead_letters import DeadLetters
from api.record.words import Words
from api.routes.guards.small_bodies import FILE_BYTES_MAX
from schemas.audiences import Role
from schemas.feeds import Source
from schemas.words import words_ref
from tests.builders_reports import Door, door
from tests.builders_running import sbn_report

AT = "2026-05-16T22:30:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Door]:
    with door(tmp_path) as opened:
        yield opened


def rows(*found: dict[str, object]) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in found)


def handed_in(desk: Door, body: bytes, source: str = "sbn") -> httpx.Response:
    return desk.post(f"feeds/{source}", key=desk.key(Role.FEED), content=body)


FILE = rows(
    sbn_report(1, AT, words="A red bag."),
    sbn_report(2, AT),
    sbn_report(1, AT),
    sbn_report(3, AT, venue_id="no-such-door"),
    sbn_report(4, AT, latitude=48.85, longitude=2.35),
)
COUNTS: dict[str, Any] = {
    "read": 5,
    "accepted": 2,
    "duplicates": 1,
    "outside": 1,
    "rejected": {"unknown_venue": 1},
    "refused": [
        {
            "line": 4,
            "reason": "unknown_venue",
            "field": "venue_id",
            "rule": "must be a venue of the reference data",
        }
    ],
    "ended_early": None,
}


def test_a_file_is_answered_with_counts_and_a_reason_for_each_refused_line(desk: Door) -> None:
    answer = handed_in(desk, FILE)
    assert (answer.status_code, answer.json()) == (200, COUNTS)
    assert set(desk.owner.engine.desk.reports.known) == {"sbn:r1", "sbn:r2"}
    assert Words(desk.house.kept, desk.house.clock).text(words_ref(Source.SBN, "r1", 0)) == "A red bag."
    assert DeadLetters(desk.house.kept).ask_retry() == 1, "the refused row is kept"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda body: b"[" + body.strip().replace(b"\n", b",") + b"]"])
def test_json_lines_an_array_and_gzip_are_read_alike(desk: Door, pack: Any) -> None:
    found = handed_in(desk, pack(FILE)).json()
    assert {name: found[name] for name in ("read", "accepted", "rejected")} == {
        name: COUNTS[name] for name in ("read", "accepted", "rejected")
    }


def test_csv_is_read_too(desk: Door) -> None:
    header = "report_id,revision,status,reported_at,occurred_at,venue_id,category,severity\n"
    body = header + f"r1,0,new,{AT},{AT},blue-door,theft,2\nr2,0,new,{AT},{AT},blue-door,thief,2\n"
    found = handed_in(desk, body.encode()).json()
    assert (found["accepted"], found["refused"][0]["line"]) == (1, 3)


def test_the_same_bytes_again_double_nothing(desk: Door) -> None:
    handed_in(desk, FILE)
    end = desk.owner.engine.journal.position("api"), desk.owner.engine.journal.end
    again = handed_in(desk, FILE).json()
    assert (again["accepted"], again["duplicates"], again["rejected"]) == (0, 3, {"unknown_venue": 1})
    assert (desk.owner.engine.journal.position("api"), desk.owner.engine.journal.end) == end
    assert DeadLetters(desk.house.kept).ask_retry() == 1


def test_what_is_no_file_of_the_source_is_refused_and_one_that_ends_early_says_so(desk: Door) -> None:
    none = handed_in(desk, b"hello\n")
    assert (none.status_code, none.json()["type"]) == (422, "/problems/unreadable")
    cut = handed_in(desk, FILE[:-30]).json()
    assert (cut["accepted"], cut["read"]) == (2, 4)
    assert "cut off" in cut["ended_early"]


def test_only_a_feed_key_may_and_only_so_much(desk: Door) -> None:
    for role in (Role.OPERATIONS, Role.ADMIN, Role.BUSINESS):
        assert desk.post("feeds/sbn", key=desk.key(role), content=FILE).status_code == 403
    assert handed_in(desk, FILE, "twitter").status_code == 422
    assert handed_in(desk, b"x" * (FILE_BYTES_MAX + 1)).status_code == 413
    assert desk.owner.engine.desk.reports.known == {}
