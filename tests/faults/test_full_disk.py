"""A full disk: the desk says so, feeds wait, nothing is lost, and it goes on by itself once there is room."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from streams.folder import DataFolder
from tests.builders_running import (
    Running,
    fill,
    key_of,
    on_private_disks,
    running,
    sbn_file,
    sbn_report,
    until,
)

pytestmark = pytest.mark.server

COUNT_INCIDENTS = """
import sqlite3, sys
record = sqlite3.connect(sys.argv[1])
print(record.execute("SELECT count(DISTINCT key) FROM history WHERE kind = 'incidents'").fetchone()[0])
"""


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where a private disk is mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    on_private_disks([], [(folder, "size=1m")])  # skips with the reason where that is not permitted
    return folder


def key_made_on(desk: Running, disk: Path) -> str:
    return str(orjson.loads((desk.root / str(disk)[1:] / "key").read_bytes())["key"])


def make_key(data: Path, disk: Path) -> str:
    """A shell command that leaves a key on the disk, before the desk starts."""
    command = f"'{sys.executable}' -m nightdesk keys add --role operations --data '{data}' --json"
    return f"{command} > '{disk}/key'"


def test_a_full_journal_is_said_feeds_wait_and_it_goes_on_by_itself(disk: Path, tmp_path: Path) -> None:
    data, inbox = disk / "data", tmp_path / "inbox"
    with running(
        data, disks=[(disk, "size=48m")], first=make_key(data, disk), environ={"NIGHTDESK_INBOX": str(inbox)}
    ) as desk:
        desk.until_ready()
        key = key_made_on(desk, disk)
        seen = desk.root / str(disk)[1:]
        ballast = fill(seen)
        until(lambda: desk.readyz()[0] == 503, "says that it is not ready")
        assert desk.readyz()[1] == (
            "not ready: The desk's disk is full: what comes in waits, and is read when there is room."
            " Nothing is lost.\n"
        )
        beat = desk.heartbeat(key)
        assert (beat["desk"], beat["why"][:26]) == ("catching_up", "The desk's disk is full: w")
        waiting = sbn_file(inbox, "reports", *(sbn_report(number, now()) for number in range(3)))
        until(lambda: desk.metrics().get('nightdesk_read_total{source="sbn"}') == 3, "the file is being read")
        assert waiting.exists(), "what is not in the journal stays where it was"

        ballast.unlink()
        until(lambda: desk.readyz() == (200, "ready\n"), "ready again by itself")
        until(lambda: not waiting.exists(), "the file is read to its end")
        until(lambda: len(desk.picture(key)["incidents"]) == 3, "each report once in the picture")
        assert desk.heartbeat(key)["why"] is None
        code, _, err = desk.stop()
    assert code == 0
    assert "error desk: The desk's disk is full" in err
    assert "warning desk: Over: The desk's disk is full" in err
    assert err.count("error desk:") == 1, "told once, not with every try"


def test_a_full_record_holds_nothing_up_and_catches_up(disk: Path, tmp_path: Path) -> None:
    data, inbox = tmp_path / "data", tmp_path / "data" / "inbox"
    DataFolder(data, realm="live", area="westminster", now=1_778_970_000_000).close()
    (data / "record.db").symlink_to(disk / "record.db")
    key = key_of(data)
    with running(data, disks=[(disk, "size=4m")]) as desk:
        desk.until_ready()
        ballast = fill(desk.root / str(disk)[1:], but=200_000)
        rows = [sbn_report(number, now(), latitude=51.5 + number / 1e4, longitude=-0.14) for number in range(150)]
        sbn_file(inbox, "reports", *rows)
        until(lambda: desk.readyz()[1].startswith("ready: The record cannot be written now."), "the trouble is shown")
        until(lambda: len(desk.picture(key)["incidents"]) == 150, "the picture goes on")
        beat = desk.heartbeat(key)
        assert beat["desk"] == "live"
        assert "catches up by itself" in beat["why"]
        ballast.unlink()
        until(lambda: desk.readyz() == (200, "ready\n"), "the record has caught up")
        assert desk.inside(sys.executable, "-c", COUNT_INCIDENTS, str(disk / "record.db")) == "150\n"
        code, _, err = desk.stop()
    assert code == 0, err


def test_a_start_on_a_full_disk_is_a_clear_refusal(disk: Path) -> None:
    first = f"dd if=/dev/zero of='{disk}/ballast' bs=4k 2>/dev/null; true"
    with running(disk / "data", disks=[(disk, "size=1m")], first=first) as desk:
        code, _, err = desk.ended()
    assert code == 1
    assert "There is no room left on the disk" in err
    assert "Traceback" not in err
