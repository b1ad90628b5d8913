"""One realm a folder, one process at a time in it, and a refusal in words for everything else."""

import os
import subprocess
from pathlib import Path

import pytest

from schemas.times import from_rfc3339
from streams.folder import (
    MARK_NAME,
    DataFolder,
    FolderBusy,
    FolderError,
    FolderForeign,
    FolderReadOnly,
    Mark,
    read_mark,
)
from streams.journal import JournalDamaged
from tests.builders_journals import ROOT, environment, on_a_private_disk, python

NOW = from_rfc3339("2026-05-16T21:00:00Z")
LATER = from_rfc3339("2026-05-16T23:00:00Z")


def entered(path: Path, *, realm: str = "live", area: str = "westminster", now: int = NOW) -> DataFolder:
    return DataFolder(path, realm=realm, area=area, now=now)


def test_a_new_folder_is_made_and_marked_with_its_realm(tmp_path: Path) -> None:
    with entered(tmp_path / "a" / "var") as folder:
        assert folder.mark == Mark(realm="live", area="westminster", created="2026-05-16T21:00:00.000Z")
        assert folder.inbox.is_dir()
        names = [path.name for path in (folder.journal, folder.snapshots, folder.record, folder.inbox, folder.log)]
        assert names == ["journal.db", "snapshots.db", "record.db", "inbox", "log"]
    assert sorted(path.name for path in (tmp_path / "a" / "var").iterdir()) == ["inbox", "lock", MARK_NAME]


def test_it_is_entered_again_and_stays_what_it_was(tmp_path: Path) -> None:
    entered(tmp_path).close()
    (tmp_path / "inbox").rmdir()
    with entered(tmp_path, now=LATER) as folder:
        assert folder.mark.created == "2026-05-16T21:00:00.000Z"
        assert folder.inbox.is_dir()


def test_a_second_entry_is_refused_with_who_and_since_when(tmp_path: Path) -> None:
    with entered(tmp_path), pytest.raises(FolderBusy, match=r"since 2026-05-16T21:00:00.000Z.*--data") as refusal:
        entered(tmp_path, now=LATER)
    assert refusal.value.pid is not None
    entered(tmp_path).close()


def test_who_is_in_it_is_not_mixed_with_who_was(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("123456789012 2026-05-15T21:00:00.000Z and more")
    with entered(tmp_path), pytest.raises(FolderBusy) as refusal:
        entered(tmp_path)
    assert (refusal.value.pid, refusal.value.since) == (os.getpid(), "2026-05-16T21:00:00.000Z")


def test_closing_twice_lets_go_once(tmp_path: Path) -> None:
    folder = entered(tmp_path)
    folder.close()
    with entered(tmp_path):
        folder.close()
        with pytest.raises(FolderBusy):
            entered(tmp_path)


def test_a_holder_that_has_not_said_who_it_is_is_another_process(tmp_path: Path) -> None:
    with entered(tmp_path):
        (tmp_path / "lock").write_bytes(b"")
        with pytest.raises(FolderBusy, match="in use by another process") as refusal:
            entered(tmp_path)
    assert (refusal.value.pid, refusal.value.since) == (None, None)


HOLD = """
import sys
from pathlib import Path
from streams.folder import DataFolder

folder = DataFolder(Path(sys.argv[1]), realm="live", area="westminster", now=0)
print("in", flush=True)
sys.stdin.read()
"""


@pytest.mark.server
def test_another_process_keeps_us_out_until_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        python(HOLD, str(tmp_path)),
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "in\n"
        with pytest.raises(FolderBusy) as refusal:
            entered(tmp_path)
        assert (refusal.value.pid, refusal.value.since) == (child.pid, "1970-01-01T00:00:00.000Z")
        child.kill()
    entered(tmp_path).close()  # a lock left by SIGKILL is no lock


@pytest.mark.parametrize(("realm", "area"), [("replay-demo", "westminster"), ("live", "camden")])
def test_another_realms_folder_is_refused_by_name_and_let_go(tmp_path: Path, realm: str, area: str) -> None:
    entered(tmp_path).close()
    with pytest.raises(FolderForeign, match=f"realm live, area westminster, and this is realm {realm}, area {area}"):
        entered(tmp_path, realm=realm, area=area)
    entered(tmp_path).close()


def test_a_strangers_folder_is_refused_and_nothing_is_put_into_it(tmp_path: Path) -> None:
    for name in ("d.txt", "a.txt", "c.txt", "b.txt"):
        (tmp_path / name).touch()
    with pytest.raises(FolderForeign, match=r"it holds a.txt, b.txt, c.txt \.\.\. and no realm.json"):
        entered(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt", "c.txt", "d.txt"]


@pytest.mark.parametrize("name", ["lost+found", ".DS_Store", "lock", "realm.json.new"])
def test_a_new_disk_or_a_kill_at_the_first_step_is_no_stranger(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with entered(tmp_path) as folder:
        assert folder.mark.realm == "live"


@pytest.mark.parametrize("where", ["file", "file/var"])
def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FolderForeign, match="is a file"):
        entered(tmp_path / where)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("mark", ["", "{}", '{"realm":"live","area":"westminster","created":"yesterday"}', "\x00"])
def test_a_mark_that_cannot_be_read_is_refused(tmp_path: Path, mark: str) -> None:
    (tmp_path / MARK_NAME).write_text(mark)
    with pytest.raises(FolderForeign, match=r"its realm.json cannot be read"):
        entered(tmp_path)


@pytest.mark.parametrize("left", ["record.db", "snapshots.db"])
def test_a_lost_journal_is_missed_not_begun_anew(tmp_path: Path, left: str) -> None:
    entered(tmp_path).close()
    (tmp_path / left).touch()
    with pytest.raises(JournalDamaged, match=f"it is missing, though {left} was made from it") as refusal:
        entered(tmp_path)
    assert "cp -a BACKUP" in refusal.value.how_to_restore
    (tmp_path / "journal.db").touch()
    entered(tmp_path).close()


def test_a_mark_is_read_beside_a_running_process(tmp_path: Path) -> None:
    assert read_mark(tmp_path) is read_mark(tmp_path / "new") is None
    with entered(tmp_path, realm="replay-demo") as folder:
        assert read_mark(tmp_path) == folder.mark


def test_every_refusal_is_one_error_to_catch(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError) as refusal:
        entered(tmp_path / "file")
    assert refusal.value.path == tmp_path / "file"


REFUSED = """
import subprocess, sys
from pathlib import Path
from streams.folder import DataFolder, FolderError

disk = Path(sys.argv[1])

def enter(path):
    try:
        DataFolder(path, realm="live", area="westminster", now=0).close()
        print("entered")
    except FolderError as refusal:
        print(type(refusal).__name__, "|", refusal)
"""

READ_ONLY = (
    REFUSED
    + """
enter(disk / "var")
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
enter(disk / "var")
enter(disk / "new")
"""
)

FULL = (
    REFUSED
    + """
enter(disk / "old")
try:
    (disk / "ballast").write_bytes(bytes(10_000_000))
except OSError:
    pass
enter(disk / "old")
enter(disk / "new")
(disk / "ballast").unlink()
enter(disk / "new")
"""
)


@pytest.mark.server
def test_a_disk_mounted_read_only_is_a_refusal(tmp_path: Path) -> None:
    first, again, new = on_a_private_disk(tmp_path, "size=1m", READ_ONLY).splitlines()
    assert first == "entered"
    for line in (again, new):
        assert line.startswith(f"{FolderReadOnly.__name__} | The data folder {tmp_path}/")
        assert "Read-only file system" in line


@pytest.mark.server
def test_on_a_full_disk_an_old_folder_is_entered_and_a_new_one_refused_until_there_is_room(tmp_path: Path) -> None:
    first, old, new, again = on_a_private_disk(tmp_path, "size=1m", FULL).splitlines()
    assert (first, old, again) == ("entered", "entered", "entered")
    assert new.startswith(f"FolderFull | There is no room left on the disk of the data folder {tmp_path}/new")
