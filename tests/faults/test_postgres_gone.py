"""The record's PostgreSQL absent, gone and back: the desk says so, what comes in waits, and nothing is lost."""

import signal
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from tests.builders_postgres import postgres_server
from tests.builders_running import free_port, key_of, refused, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server
COUNT = "SELECT count(DISTINCT key) FROM live_history.history WHERE kind = 'incidents'"


def told(url: str) -> int:
    with psycopg.connect(url) as connection:
        (number,) = connection.execute(COUNT).fetchone() or (0,)
    return int(number)


def test_absent_at_the_start_it_is_refused_by_name_and_without_the_password(tmp_path: Path) -> None:
    nobody = f"postgresql://ann:hunter2@127.0.0.1:{free_port()}/desk"
    said = refused(tmp_path / "data", environ={"NIGHTDESK_RECORD": nobody})
    assert "PostgreSQL at 127.0.0.1:" in said
    assert "is it running?" in said
    assert "hunter2" not in said


def test_gone_while_the_desk_works_what_comes_in_waits_and_is_recorded_once_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_server() as server:
        monkeypatch.setenv("NIGHTDESK_RECORD", server.url)
        data, inbox = tmp_path / "data", tmp_path / "data" / "inbox"
        key = key_of(data)
        with running(data) as desk:
            desk.until_ready()
            sbn_file(inbox, "one.jsonl", sbn_report(1, datetime.now(UTC).isoformat()))
            until(lambda: told(server.url) == 1, "recorded")
            server.end(signal.SIGKILL)
            sbn_file(inbox, "two.jsonl", sbn_report(2, datetime.now(UTC).isoformat()))
            until(lambda: "What comes in cannot be taken now: it waits" in desk.readyz()[1], "said")
            assert server.url.split(":")[2].split("@")[0] not in desk.readyz()[1]
            server.start()
            until(lambda: told(server.url) == 2, "recorded, once it is back")
            until(lambda: desk.readyz() == (200, "ready\n"), "said no more")
            assert len(desk.picture(key)["incidents"]) == 2
            code, _, err = desk.stop()
            assert code == 0
            assert server.url.split(":")[2].split("@")[0] not in err
    assert not (data / "record.db").exists()
    assert not (data / "kept.db").exists()
