"""A journal that is damaged, foreign or read-only is refused in words, stays as it was, and never reads as another."""

import hashlib
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from nightdesk import PASSES
from schemas.journal import Entry
from streams.journal import JournalDamaged, JournalError, JournalForeign, JournalReadOnly, JournalUnreachable
from streams.sqlite_journal import CHECKED_BYTES_MAX, SqliteJournal
from tests.builders_journals import on_a_private_disk, reports

COUNT = 2_000
PAGE = 8192

Harm = Callable[[bytearray], None]


def opened(
    path: Path, *, realm: str = "live", area: str = "westminster", checked_bytes_max: int = CHECKED_BYTES_MAX
) -> SqliteJournal:
    return SqliteJournal(path, realm=realm, area=area, checked_bytes_max=checked_bytes_max)


def read_all(path: Path) -> list[Entry]:
    with closing(opened(path)) as journal:
        return [entry for _, entry in journal.read()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal of COUNT entries."""
    with closing(opened(tmp_path / "journal.db")) as journal:
        journal.append(reports(COUNT))
    return tmp_path / "journal.db"


def change(path: Path, harm: Harm) -> None:
    content = bytearray(path.read_bytes())
    harm(content)
    path.write_bytes(content)


def wipe(start: int, stop: int | None = None) -> Harm:
    def harm(content: bytearray) -> None:
        end = len(content) if stop is None else stop
        content[start:end] = bytes(len(content[start:end]))

    return harm


def cut_off(content: bytearray) -> None:
    del content[len(content) // 2 :]


def empty(content: bytearray) -> None:
    content.clear()


def alter_the_last_entry(content: bytearray) -> None:
    content[content.rfind(b"blue-door")] ^= 1


HARMS = {
    "the header": wipe(0, 100),
    "the first page": wipe(0, PAGE),
    "the rest of the first page": wipe(100, PAGE),
    "all but the first page": wipe(PAGE),
    "cut off": cut_off,
    "empty": empty,
    "one letter of the last entry": alter_the_last_entry,
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
def test_damage_is_refused_at_the_start_says_how_to_restore_and_changes_nothing(path: Path, harm: Harm) -> None:
    change(path, harm)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(JournalDamaged) as refusal:
        opened(path)
    assert f"The journal {path} is damaged: " in str(refusal.value)
    assert "Nothing was changed" in str(refusal.value)
    folder = path.parent
    assert f"mv {folder} {folder}.damaged && cp -a BACKUP {folder}" in refusal.value.how_to_restore
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_what_a_kill_left_beside_a_damaged_file_is_left_alone_too(path: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(opened(path)) as journal:
        journal.append(reports(50, first=COUNT + 1))
        for name in ("journal.db", "journal.db-wal"):
            (killed / name).write_bytes((tmp_path / name).read_bytes())
    assert read_all(path) == reports(COUNT + 50)
    change(killed / "journal.db", wipe(20 * PAGE))
    before = {name: (killed / name).read_bytes() for name in ("journal.db", "journal.db-wal")}
    with pytest.raises(JournalDamaged):
        opened(killed / "journal.db")
    assert {name: (killed / name).read_bytes() for name in before} == before


def test_the_command_in_the_refusal_restores_the_backup(path: Path) -> None:
    folder = path.parent
    backup = folder.with_name("backup")
    backup.mkdir()
    (backup / "journal.db").write_bytes(path.read_bytes())
    change(path, cut_off)
    with pytest.raises(JournalDamaged) as refusal:
        opened(path)
    assert refusal.value.how_to_restore.count(f"mv {folder} {folder}.damaged") == 1
    folder.rename(f"{folder}.damaged")
    backup.rename(folder)
    assert read_all(path) == reports(COUNT)


def test_a_page_gone_bad_in_the_middle_is_found_at_the_start(path: Path) -> None:
    change(path, wipe(20 * PAGE, 21 * PAGE))
    with pytest.raises(JournalDamaged):
        opened(path)


def test_a_page_gone_bad_in_the_middle_of_a_large_journal_is_found_when_it_is_read(path: Path) -> None:
    change(path, wipe(20 * PAGE, 21 * PAGE))
    with closing(opened(path, checked_bytes_max=path.stat().st_size - 1)) as journal, pytest.raises(JournalDamaged):
        list(journal.read())


def test_whatever_single_byte_changes_no_wrong_entry_is_read(path: Path) -> None:
    whole = path.read_bytes()
    truth = reports(COUNT)
    seed = 20_260_516
    rng = random.Random(seed)  # noqa: S311 - a seeded test
    refused = 0
    for _ in range(150):
        place, flip = rng.randrange(len(whole)), 1 << rng.randrange(8)
        content = bytearray(whole)
        content[place] ^= flip
        path.write_bytes(content)
        try:
            with closing(opened(path)) as journal:
                entries, position = [entry for _, entry in journal.read()], journal.position("file:one")
        except JournalError:
            refused += 1
            continue
        assert (entries, position) == (truth, COUNT), f"seed {seed}: byte {place} xor {flip} reads as another journal"
    assert refused > 100


def test_an_altered_origin_position_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE origins SET position = position + 1")
        other.commit()
    with pytest.raises(JournalDamaged, match="position 2001 of 'file:one' does not match"):
        opened(path)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM slabs WHERE first >= 1500", "2000 entries were written and the last one found is number 1499"),
        ("DELETE FROM slabs WHERE first = 1000", "entry 1000 is missing"),
        ("DELETE FROM slabs", "2000 entries were written and none was found"),
        ("UPDATE slabs SET body = '{}' WHERE first = 1500", "the entries from 1500 on do not match their checksum"),
        ("UPDATE slabs SET entries = 'x' WHERE first = 500", "the entries from 500 on do not match their checksum"),
        ("DROP TABLE slabs", "no such table"),
        ("DROP TABLE meta", "no such table"),
        ("DELETE FROM meta", "does not say whose it is"),
    ],
)
def test_entries_that_are_gone_are_missed(path: Path, statement: str, reason: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute(statement)
        other.commit()
    with pytest.raises(JournalDamaged, match=reason):
        opened(path)


def test_a_gap_beyond_the_last_entries_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DELETE FROM slabs WHERE first = 500")
        other.commit()
    with pytest.raises(JournalDamaged, match="entry 500 is missing between offsets 0 and"):
        opened(path)
    with closing(opened(path, checked_bytes_max=0)) as journal:
        with pytest.raises(JournalDamaged, match="entry 500 is missing between offsets 0 and"):
            list(journal.read())
        assert len(list(journal.read(1_000))) == COUNT - 1_000


@pytest.mark.parametrize("gone_bad", ["x'00'", "CAST(blob AS TEXT)", "CAST(x'fffe' AS TEXT)", "10000000000000"])
def test_a_blob_gone_bad_is_not_given_out(path: Path, gone_bad: str) -> None:
    with closing(opened(path)) as journal:
        sha256 = journal.put_blob(b"policy of May")
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"UPDATE blobs SET blob = {gone_bad}")
        other.commit()
    with closing(opened(path)) as journal, pytest.raises(JournalDamaged, match=f"{sha256}|'blob'"):
        journal.blob(sha256)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("PRAGMA application_id = 7", "another program's SQLite file"),
        ("PRAGMA user_version = 3", "a newer Nightdesk wrote it"),
        ("PRAGMA user_version = 1", "an earlier Nightdesk wrote it"),
    ],
)
def test_another_programs_file_or_a_newer_layout_is_foreign(path: Path, statement: str, reason: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute(statement)
    before = path.read_bytes()
    with pytest.raises(JournalForeign, match=reason):
        opened(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("realm", "area"), [("exercise", "westminster"), ("live", "camden")])
def test_another_realms_or_areas_journal_is_foreign(path: Path, realm: str, area: str) -> None:
    with pytest.raises(JournalForeign, match=f"realm live, area westminster; this is realm {realm}, area {area}"):
        opened(path, realm=realm, area=area)


def test_an_entry_of_a_newer_nightdesk_is_foreign_not_damaged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.codec.VERSION", 2)
    with pytest.raises(JournalForeign, match=r"entry 1900: version 1 is not known here; this code reads version 2"):
        opened(path)


def test_changes_left_beside_a_missing_journal_are_not_written_into_a_new_one(path: Path) -> None:
    path.with_name("journal.db-wal").write_bytes(b"what was not yet moved")
    path.unlink()
    with pytest.raises(JournalDamaged, match=r"its last changes lie in journal\.db-wal"):
        opened(path)
    assert not path.exists()


def test_a_kill_while_the_journal_was_made_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "journal.db.new").write_bytes(b"half a file")
    with closing(opened(tmp_path / "journal.db")) as journal:
        assert journal.end == 0
    assert [found.name for found in tmp_path.iterdir()] == ["journal.db"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalReadOnly, match="Check that its folder exists"):
        opened(tmp_path / "gone" / "journal.db")


READ_ONLY = """
import subprocess, sys
from pathlib import Path
from streams.journal import JournalError
from streams.sqlite_journal import SqliteJournal
from tests.builders_journals import reports

disk = Path(sys.argv[1])
journal = SqliteJournal(disk / "journal.db", realm="live", area="westminster")
journal.append(reports(3))
journal.close()
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
for name in ("journal.db", "other.db"):
    try:
        SqliteJournal(disk / name, realm="live", area="westminster").append(reports(1))
    except JournalError as refusal:
        print(type(refusal).__name__, refusal.path.name)
"""


@pytest.mark.server
def test_a_disk_mounted_read_only_is_a_refusal(tmp_path: Path) -> None:
    output = on_a_private_disk(tmp_path, "size=2m", READ_ONLY)
    assert output == "JournalReadOnly journal.db\nJournalReadOnly other.db\n"


def test_a_journal_that_cannot_be_reached_is_waited_for_by_whoever_feeds_it() -> None:
    error = JournalUnreachable("live.journal/5", "nobody answers")
    assert isinstance(error, PASSES)
    assert "live.journal/5 cannot be reached: nobody answers." in str(error)
