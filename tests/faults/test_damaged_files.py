"""Damaged files: the journal and what nothing can rebuild are refused with how to restore; views are built again."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from api.record.record import open_record
from schemas.picture import Kind
from streams.alarm import ALARM_NAME
from tests.builders_running import key_of, refused, run, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server

PAGE = 8_192
REPORTS = 150
ALWAYS = 2**61


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with reports in it, stopped cleanly, with a key in the file `key` beside it."""
    data: Path = tmp_path_factory.mktemp("filled") / "data"
    with running(data) as desk:
        desk.until_ready()
        put_reports(data, "first")
        (data.parent / "key").write_text(key_of(data), encoding="utf-8")
        assert desk.stop()[0] == 0
    return data


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled, tmp_path / "data"))


@pytest.fixture
def key(filled: Path) -> str:
    return (filled.parent / "key").read_text(encoding="utf-8")


def put_reports(data: Path, name: str, count: int = REPORTS) -> None:
    """Have a file of reports of the last hours read in."""
    now = datetime.now(UTC)
    rows = [
        sbn_report(
            number,
            (now - timedelta(minutes=number)).isoformat(),
            report_id=f"{name}-{number}",
            latitude=51.5 + number / 1e5,
            longitude=-0.14,
        )
        for number in range(count)
    ]
    path = sbn_file(data / "inbox", name, *rows)
    until(lambda: not path.exists(), "the reports are read in")


def damage(path: Path, page: int, page_bytes: int = PAGE) -> bytes:
    """Break one page of a database, counted from its end where negative; returns what the file then holds."""
    body = bytearray(path.read_bytes())
    start = page * page_bytes % len(body)
    body[start : start + page_bytes] = b"\xa5" * page_bytes
    path.write_bytes(bytes(body))
    return bytes(body)


def recorded(data: Path) -> dict[str, object]:
    """The picture of all time that the record answers."""
    record = open_record(data / "record.db")
    try:
        return dict(record.history("westminster").rewind.picture_at(ALWAYS)[Kind.INCIDENTS])
    finally:
        record.close()


@pytest.mark.parametrize("page", [0, -1, -3])
def test_a_corrupt_page_of_the_journal_is_refused_untouched_with_how_to_restore(page: int, data: Path) -> None:
    body = damage(data / "journal.db", page)
    said = refused(data)
    assert f"nightdesk: The journal {data / 'journal.db'} is damaged: " in said
    assert f"mv {data} {data}.damaged && cp -a BACKUP {data}" in said
    assert (data / "journal.db").read_bytes() == body
    code, out, _ = run("doctor", "--data", str(data), "--json")
    (journal,) = [check for check in orjson.loads(out) if check["what"] == "Journal"]
    assert (code, journal["ok"]) == (1, False)
    assert "To restore" in journal["found"]


@pytest.mark.parametrize("page", [0, 3])
def test_a_corrupt_page_of_what_nothing_can_rebuild_is_refused_untouched(page: int, data: Path) -> None:
    body = damage(data / "kept.db", page, 4_096)
    said = refused(data)
    assert "kept.db: is damaged" in said
    assert "put a copy of kept.db from your backup in its place" in said
    assert (data / "kept.db").read_bytes() == body


def test_a_corrupt_record_is_set_aside_and_built_again_at_the_start(data: Path) -> None:
    before = recorded(data)
    assert len(before) == REPORTS
    damage(data / "record.db", -3, 4_096)
    with running(data) as desk:
        desk.until_ready()
        assert desk.readyz() == (200, "ready\n")
        code, _, err = desk.stop()
    assert code == 0
    assert "record.db was set aside as record.db.damaged-1, and is built again from the journal" in err
    assert recorded(data) == before


def test_a_record_that_goes_bad_while_running_is_set_aside_and_built_again(data: Path) -> None:
    before = recorded(data)
    with running(data) as desk:
        desk.until_ready()
        with closing(sqlite3.connect(data / "record.db")) as other:
            other.execute("PRAGMA writable_schema = ON")
            other.execute("UPDATE sqlite_schema SET sql = 'rubbish' WHERE name = 'history'")
            other.commit()
            other.execute("PRAGMA schema_version = 1000")  # so that whoever has it open reads it again
        put_reports(data, "second")
        until((data / "record.db.damaged-1").exists, "the record is set aside")
        until(lambda: desk.readyz() == (200, "ready\n"), "built again")
        assert desk.stop()[0] == 0
    after = recorded(data)
    assert len(after) == 2 * REPORTS
    assert {name: after[name] for name in before} == before


def test_a_rebuild_that_is_killed_begins_anew(data: Path) -> None:
    before = recorded(data)
    (data / "record.db").unlink()
    record = open_record(data / "record.db")  # as a kill leaves it: made, and not told everything
    record.close()
    with running(data) as desk:
        desk.until_ready()
        assert desk.stop()[0] == 0
    assert recorded(data) == before


def rubbish(path: Path) -> None:
    path.write_bytes(b"not a database" * 1_000)


def one_chunk(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store:
        store.execute("UPDATE chunks SET packed = zeroblob(20)")
        store.commit()


@pytest.mark.parametrize(
    ("harm", "said"),
    [(rubbish, "was set aside as"), (one_chunk, "was not used: chunk"), (Path.unlink, "from the first entry on")],
)
def test_damaged_snapshots_only_make_the_start_longer(
    harm: Callable[[Path], None], said: str, data: Path, key: str
) -> None:
    harm(data / "snapshots.db")
    with running(data) as desk:
        desk.until_ready()
        assert len(desk.picture(key)["incidents"]) == REPORTS
        code, _, err = desk.stop()
    assert code == 0
    assert said in err
    assert "entries folded from the first entry on" in err
    assert recorded(data)


def with_an_older_journal(data: Path) -> None:
    """As after a power cut on a disk that lied: the journal ends before what the snapshots and the record know."""
    older = (data / "journal.db").read_bytes()
    with running(data) as desk:
        desk.until_ready()
        put_reports(data, "second", 30)
        assert desk.stop()[0] == 0
    assert not (data / "journal.db-wal").exists()
    (data / "journal.db").write_bytes(older)


def test_a_journal_that_lost_its_end_is_folded_again_and_the_alarm_stands_until_seen_to(data: Path, key: str) -> None:
    with_an_older_journal(data)
    with running(data) as desk:
        desk.until_ready()
        until(lambda: "ready: The desk's journal lost its newest entries" in desk.readyz()[1], "the alarm")
        assert "lost its newest entries" in desk.heartbeat(key)["why"]
        assert len(desk.picture(key)["incidents"]) == REPORTS
        code, _, err = desk.stop()
    assert code == 0
    assert "error journal: The desk's journal lost its newest entries" in err
    assert "the journal ends before it" in err
    assert len(recorded(data)) == REPORTS, "the record was told again what the journal holds"

    with running(data) as again:
        again.until_ready()
        assert "lost its newest entries" in again.readyz()[1], "it outlives the process"
        _, out, _ = run("doctor", "--data", str(data), "--json")
        (found,) = [check for check in orjson.loads(out) if check["what"] == "Journal's end"]
        assert not found["ok"]
        assert ALARM_NAME in found["do"]
        (data / ALARM_NAME).unlink()
        until(lambda: again.readyz() == (200, "ready\n"), "the alarm is over")
        shutil.copy(data / "inbox" / "done" / "second.ndjson", data / "inbox" / "sbn" / "second.ndjson")
        until(lambda: len(again.picture(key)["incidents"]) == REPORTS + 30, "what was lost is back")


def test_a_journal_copied_without_its_policies_is_refused_by_every_command(data: Path) -> None:
    with closing(sqlite3.connect(data / "journal.db")) as journal:
        journal.execute("DELETE FROM blobs")
        journal.commit()
    said = refused(data)
    assert said.splitlines()[-1].startswith(
        f"nightdesk: Beside the journal {data}/journal.db nothing is kept under SHA-"
    )
    assert "restore the whole data folder from its backup" in said
    for command in ("digest", "doctor"):
        code, out, err = run(command, "--data", str(data))
        assert code == 1
        assert "nothing is kept under SHA-256" in out + err
        assert "Traceback" not in err
