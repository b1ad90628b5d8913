"""record.db: made, reopened, set aside when damaged, and honest about a full or foreign disk."""

import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.record.errors import RecordDamaged, RecordError, RecordFull, RecordUnavailable
from api.record.record import open_record
from api.record.sqlite_store import SqliteStore
from api.record.store import CONNECTIONS_MAX
from schemas.picture import Kind
from tests.builders_record import SATURDAY, change, incident


def _filled(path: Path, keys: int = 400) -> None:
    record = open_record(path)
    record.history("westminster").write([change(incident(), key=f"k{i}", offset=i) for i in range(keys)], SATURDAY)
    record.close()


def _break_pages(path: Path) -> None:
    body = bytearray(path.read_bytes())
    for start in range(2 * 4096, len(body), 4096):
        body[start : start + 200] = b"\xa5" * 200
    path.write_bytes(body)


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    _filled(path, keys=3)
    record = open_record(path)
    picture = record.history("westminster").rewind.picture_at(SATURDAY)
    record.close()
    assert sorted(picture[Kind.INCIDENTS]) == ["k0", "k1", "k2"]


def test_an_error_does_not_quote_what_was_being_stored(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "record.db", RecordDamaged)
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE once (said TEXT UNIQUE)")
    twice = [{"said": "a private sentence"}] * 2
    with pytest.raises(IntegrityError) as refused, store.writing() as connection:
        connection.execute(text("INSERT INTO once VALUES (:said)"), twice)
    assert "private" not in str(refused.value)
    store.close()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    _filled(tmp_path / "record.db", keys=1)
    assert stat.S_IMODE((tmp_path / "record.db").stat().st_mode) == 0o600


def test_broken_pages_are_found_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    _filled(path)
    _break_pages(path)
    with pytest.raises(RecordDamaged, match=r"record\.db: is damaged .* rebuilt from the journal"):
        open_record(path)


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    path.write_bytes(b"not a database, whatever it says" * 200)
    with pytest.raises(RecordDamaged):
        open_record(path)


def test_damage_that_comes_later_is_named_by_the_write_that_meets_it(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    _filled(path)
    record = open_record(path)
    history = record.history("westminster")
    record.close()
    _break_pages(path)
    with pytest.raises(RecordDamaged):
        history.write([change(incident(), key="k200", offset=1_000)], SATURDAY)
    with pytest.raises(RecordDamaged):
        record.check()
    record.close()


def test_a_folder_in_its_place_is_a_clear_refusal(tmp_path: Path) -> None:
    (tmp_path / "record.db").mkdir()
    with pytest.raises(RecordUnavailable, match=r"record\.db: cannot be read or written \(Is a directory\)"):
        open_record(tmp_path / "record.db")


def test_a_record_that_another_holds_locked_is_unavailable_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    _filled(path, keys=1)
    record = open_record(path, busy_ms=20)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordUnavailable, match="locked"):
        record.history("westminster").write([change(incident(), offset=77)], SATURDAY)
    other.close()
    record.close()


def test_a_record_whose_connections_are_all_in_use_is_unavailable_for_now(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "record.db", RecordDamaged, busy_ms=20)
    with ExitStack() as held:
        for _ in range(CONNECTIONS_MAX):
            held.enter_context(store.reading())
        with pytest.raises(RecordUnavailable, match="too many read it at once"), store.reading():
            pass
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB of its own; skips where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_is_tried_again(small_disk: Path) -> None:
    record = open_record(small_disk / "record.db")
    history = record.history("westminster")
    written = 0
    refused: RecordError | None = None
    for batch in range(100):
        changes = [change(incident(), key=f"k{batch}-{i}", offset=batch, index=i) for i in range(100)]
        try:
            history.write(changes, SATURDAY)
        except RecordError as error:
            refused = error
            break
        written += len(changes)
    assert isinstance(refused, RecordFull)
    assert "make room on the disk" in str(refused)
    assert len(history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS]) == written
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    history.write(changes, SATURDAY)
    assert len(history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS]) == written + len(changes)
    record.close()
