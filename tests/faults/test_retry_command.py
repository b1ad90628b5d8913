"""`nightdesk ingest retry`: rows that were refused come back in once the reason is gone, each once."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.builders_running import ROOT, key_of, run, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server

BUILT_IN = ROOT / "schemas" / "reference"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A reference folder of one's own, at first the built-in one."""
    return Path(shutil.copytree(BUILT_IN, tmp_path / "reference"))


def add_venue(reference: Path) -> None:
    """The venue that was missing."""
    with (reference / "westminster_venues.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[venues]]\nid = "new-door"\nname = "The New Door"\nkind = "bar"\nlat = 51.5139\nlon = -0.1308\n')
        file.write("made_up = true\n")


def refused_rows(data: Path) -> list[dict[str, Any]]:
    """Dead letters as they are kept."""
    with closing(sqlite3.connect(data / "kept.db")) as kept:
        kept.row_factory = sqlite3.Row
        rows = kept.execute("SELECT file, line, field, value, rule, reason, state FROM dead_letters ORDER BY line")
        return [dict(row) for row in rows]


def states(data: Path) -> list[str]:
    return [row["state"] for row in refused_rows(data)]


def reports() -> list[dict[str, object]]:
    """One that can be read, and two from a venue that nobody knows yet."""
    now = datetime.now(UTC).isoformat()
    return [
        sbn_report(1, now),
        sbn_report(2, now, venue_id="new-door", category="serious_violence"),
        sbn_report(3, now, venue_id="new-door", category="spiking"),
    ]


def retry(data: Path, *options: str, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    code, out, err = run("ingest", "retry", "--data", str(data), "--json", *options, environ=environ)
    assert code == 0, err
    result: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return result


def read_in(data: Path, environ: Mapping[str, str] | None = None) -> None:
    """A start in which the reports are read, two of them refused."""
    with running(data, environ=environ) as desk:
        desk.until_ready()
        path = sbn_file(data / "inbox", "reports", *reports())
        until(lambda: not path.exists(), "the file is read")
        assert desk.stop()[0] == 0
    assert states(data) == ["waiting", "waiting"]


def incidents(data: Path, environ: Mapping[str, str] | None = None) -> int:
    """How many a console sees."""
    key = key_of(data)
    with running(data, environ=environ) as desk:
        desk.until_ready()
        return len(desk.picture(key)["incidents"])


def test_a_refused_row_says_where_and_why_and_comes_back_once(reference: Path, tmp_path: Path) -> None:
    data, own = tmp_path / "data", {"NIGHTDESK_REFERENCE": str(reference)}
    read_in(data, environ=own)
    first = refused_rows(data)[0]
    assert (first["file"], first["line"], first["field"], first["value"]) == (
        "reports.ndjson",
        2,
        "venue_id",
        "new-door",
    )
    assert (first["reason"], "venue" in first["rule"]) == ("unknown_venue", True)

    assert retry(data, environ=own) == {"asked": 2, "back_in": 0, "waiting": 2}, "the reason is not gone"
    add_venue(reference)
    assert retry(data, environ=own) == {"asked": 2, "back_in": 2, "waiting": 0}
    assert retry(data, environ=own) == {"asked": 0, "back_in": 0, "waiting": 0}, "a second time does nothing"
    assert states(data) == ["back_in", "back_in"]
    assert incidents(data, environ=own) == 3


def test_a_field_is_put_right_for_all_rows_that_are_read_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    read_in(data)
    code, _, err = run("ingest", "retry", "--data", str(data), "--set", "venue_id")
    assert (code, "is not FIELD=VALUE" in err) == (2, True)
    assert retry(data, "--set", "venue_id=nobody") == {"asked": 2, "back_in": 0, "waiting": 2}
    assert states(data) == ["waiting", "waiting"], "still the two that were refused, as they first came"
    assert retry(data, "--set", "venue_id=blue-door") == {"asked": 2, "back_in": 2, "waiting": 0}
    assert states(data) == ["back_in", "back_in"]
    assert incidents(data) == 3


def test_a_running_desk_picks_them_up_within_seconds(reference: Path, tmp_path: Path) -> None:
    data, own = tmp_path / "data", {"NIGHTDESK_REFERENCE": str(reference)}
    read_in(data, environ=own)
    key = key_of(data)
    add_venue(reference)
    with running(data, environ=own) as desk:
        desk.until_ready()
        code, _, err = run("ingest", "retry", "--data", str(data), "--set", "venue_id=blue-door", environ=own)
        assert (code, "--set works only while Nightdesk is stopped" in err) == (1, True)
        assert states(data) == ["waiting", "waiting"], "a refusal asks for nothing"
        assert retry(data, environ=own) == {"asked": 2, "by": "the running Nightdesk, within seconds"}
        until(lambda: states(data) == ["back_in", "back_in"], "the running desk has read them")
        assert len(desk.picture(key)["incidents"]) == 3
        assert retry(data, environ=own)["asked"] == 0
        code, _, err = desk.stop()
    assert code == 0
    assert "Read refused rows again: 2 are back in, 0 still wait" in err


@pytest.mark.parametrize("made", [False, True])
def test_a_folder_that_is_none_of_a_live_desk_is_refused_and_left_alone(made: bool, tmp_path: Path) -> None:
    data = tmp_path / "data"
    if made:
        data.mkdir()
    code, _, err = run("ingest", "retry", "--data", str(data))
    assert (code, "is not the data folder of a live desk" in err) == (1, True)
    assert data.exists() == made
    assert not made or list(data.iterdir()) == []
