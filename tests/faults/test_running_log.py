"""The log of a running desk: what it did, readable, within bounds, and never what somebody said or signs in with."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.builders_running import key_of, run, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server

DEMO = ("--demo", "--speed", "3000")
PAST_THE_STORY = 5_000


def words_of(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "kept.db")) as kept:
        return [text for (text,) in kept.execute("SELECT text FROM words WHERE text IS NOT NULL")]


def log_text(data: Path, *outputs: str) -> str:
    """All that was logged: the files of the log, and what the process printed as such."""
    return "\n".join([*(path.read_text(encoding="utf-8") for path in data.glob("log*")), *outputs])


def test_a_nights_run_leaves_no_words_and_no_secrets_in_the_log(tmp_path: Path) -> None:
    key = key_of(tmp_path)
    with running(tmp_path, *DEMO, environ={"NIGHTDESK_LOG_LEVEL": "debug"}) as desk:
        desk.until_ready()
        desk.heartbeat(key)
        until(lambda: desk.metrics().get("nightdesk_entries_total", 0) > PAST_THE_STORY, "the story has been told")
        code, out, err = desk.stop()
    assert code == 0
    logged = log_text(tmp_path, err)
    words = words_of(tmp_path)
    assert len(words) > 100, "the night has words"
    assert [text for text in words if text in logged] == []
    (link,) = [line for line in out.splitlines() if line.startswith("Sign in: ")]
    token = urlsplit(link.removeprefix("Sign in: ")).fragment.removeprefix("token=")
    assert len(token) > 20
    assert token not in logged
    assert key not in logged


def test_the_log_says_what_was_done_one_line_an_event(tmp_path: Path) -> None:
    said = "she said that her brother's name is Rumpelstiltskin"
    with running(tmp_path) as desk:
        desk.until_ready()
        good = sbn_file(tmp_path / "inbox", "good", sbn_report(1, "2026-05-16T22:00:00Z", words=said))
        headless = tmp_path / "inbox" / "sbn" / "headless.csv"
        headless.write_text(f"1,{said}\n2,{said}\n", encoding="utf-8")
        mixed = sbn_file(
            tmp_path / "inbox", "mixed",
            sbn_report(2, "2026-05-16T22:00:00Z", venue_id=said),
            sbn_report(3, f"2026 {said}", words=said),
        )  # fmt: skip
        until(lambda: not good.exists() and not headless.exists() and not mixed.exists(), "the files are read")
        code, _, err = desk.stop()
    assert code == 0
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert "\n".join(lines) in err, "standard error has the same"
    events = [line.split(" ", 1)[1] for line in lines]
    assert f"info run: 0.1.0 started: realm live, data {tmp_path}" in events
    assert "info desk: Restored: 0 entries folded from the first entry on, to entry 0; 0 left out" in events
    assert "info feeds: good.ndjson (sbn): 1 rows read, 0 outside the area, 0 refused" in events
    assert "error feeds: headless.csv (sbn) could not be read to its end; why lies beside it in refused" in events
    assert (
        "info feeds: mixed.ndjson (sbn): 2 rows read, 0 outside the area, 2 refused (1 bad_time, 1 unknown_venue)"
        in events
    )
    assert any(event.startswith("info run: Stopped at entry ") for event in events)
    assert "Rumpelstiltskin" not in err


def test_a_log_that_has_grown_is_turned_over(tmp_path: Path) -> None:
    code, _, err = run("keys", "add", "--role", "operations", "--data", str(tmp_path))
    assert code == 0, err
    with running(tmp_path) as desk:
        desk.until_ready()
        assert desk.stop()[0] == 0
    old = "x" * 999_990 + "\n"
    (tmp_path / "log").write_text(old, encoding="utf-8")
    with running(tmp_path) as desk:
        desk.until_ready()
        assert desk.stop()[0] == 0
    assert (tmp_path / "log.1").read_text(encoding="utf-8") == old
    assert "started" in (tmp_path / "log").read_text(encoding="utf-8")
