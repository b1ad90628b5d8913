"""The doctor: each thing looked at, what was found, and what to do where it is not as it should be."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from schemas.checks import Check
from schemas.journal import Entry, ReferenceAdopted
from schemas.settings import Settings
from streams.alarm import ALARM_NAME
from streams.checks import checks
from streams.folder import DataFolder, holder_of
from streams.sqlite_journal import SqliteJournal
from tests.builders_journals import reports
from tests.builders_running import free_port

MAY = 1_778_970_000_000


def settings(data: Path, **more: str) -> Settings:
    environ = {"NIGHTDESK_DATA": str(data), "NIGHTDESK_PORT": str(free_port())}
    return Settings.from_environ(environ | {f"NIGHTDESK_{name}": value for name, value in more.items()})


def found(data: Path, **more: str) -> dict[str, Check]:
    return {check.what: check for check in checks(settings(data, **more))}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a journal of ten entries."""
    with (
        DataFolder(tmp_path / "data", realm="live", area="westminster", now=MAY) as folder,
        closing(SqliteJournal(folder.journal, realm="live", area="westminster")) as journal,
    ):
        journal.append(reports(10))
    return tmp_path / "data"


def test_a_good_folder_is_good_in_every_way(data: Path) -> None:
    result = found(data)
    bad = [check for check in result.values() if not check.ok and check.what not in ("Pages", "Disk")]
    assert bad == []
    assert result["Journal"].found == "10 entries of realm live, all whole"
    assert result["kept.db"].found == "not there yet"
    assert result["Reference files"].found.startswith("Westminster, 18 wards")


def test_an_empty_folder_and_one_that_is_not_there_are_fine(tmp_path: Path) -> None:
    assert found(tmp_path)["Data folder"].ok
    assert found(tmp_path / "new")["Data folder"].ok
    assert not (tmp_path / "new").exists(), "to look changes nothing"


def test_a_strangers_folder_says_to_choose_another(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    check = found(tmp_path)["Data folder"]
    assert not check.ok
    assert check.found.endswith("Give an empty or a new folder with --data.")
    assert "letter.txt" in check.found


def test_a_damaged_journal_says_how_to_restore(data: Path) -> None:
    body = bytearray((data / "journal.db").read_bytes())
    body[body.rfind(b"blue-door")] ^= 1
    (data / "journal.db").write_bytes(bytes(body))
    check = found(data)["Journal"]
    assert not check.ok
    assert "match their checksum" in check.found
    assert "BACKUP" in check.found


@pytest.mark.parametrize(
    ("harm", "found_"),
    [("DELETE FROM blobs", "nothing is kept under"), ("UPDATE blobs SET blob = x'00'", "have another one")],
)
def test_a_policy_that_the_journal_names_and_that_is_not_there_is_bad(data: Path, harm: str, found_: str) -> None:
    with closing(SqliteJournal(data / "journal.db", realm="live", area="westminster")) as journal:
        journal.append([Entry(fact=ReferenceAdopted(sha256=journal.put_blob(b"policy")))])
    assert found(data)["Journal"].ok
    with closing(sqlite3.connect(data / "journal.db")) as other:
        other.execute(harm)
        other.commit()
    check = found(data)["Journal"]
    assert not check.ok
    assert found_ in check.found
    assert "restore" in check.found.lower()


def test_an_entry_that_was_left_out_is_shown_with_its_cause(data: Path) -> None:
    with closing(SqliteJournal(data / "journal.db", realm="live", area="westminster")) as journal:
        journal.skip(4, "0" * 64, "Traceback ...\nKeyError: 'ward'\n")
        journal.skip(5, "0" * 64, "")
    check = found(data)["Entry 4"]
    assert (check.ok, check.found) == (False, "left out: KeyError: 'ward'")
    assert found(data)["Entry 5"].found == "left out: its cause was not kept"


@pytest.mark.parametrize("name", ["kept.db", "record.db", "snapshots.db"])
def test_a_damaged_file_beside_it_says_what_to_do(name: str, data: Path) -> None:
    (data / name).write_bytes(b"rubbish" * 1_000)
    check = found(data)[name]
    assert not check.ok
    assert ("backup" if name == "kept.db" else "Restart Nightdesk") in check.do


def test_a_journal_that_lost_its_end_is_bad_until_seen_to(data: Path) -> None:
    (data / ALARM_NAME).touch()
    assert not found(data)["Journal's end"].ok
    (data / ALARM_NAME).unlink()
    assert "Journal's end" not in found(data)


def test_a_running_nightdesk_is_named_and_its_ports_are_its_own(data: Path) -> None:
    assert "Running" not in found(data)
    with DataFolder(data, realm="live", area="westminster", now=MAY):
        result = found(data)
        holder = holder_of(data)
    assert result["Running"].found == f"process {holder} works in {data}"
    assert not [what for what in result if what.startswith("Port")]
    assert holder_of(data) is None


def test_a_port_in_use_says_what_to_do(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        check = found(data, PORT=port)[f"Port {port}"]
    assert (check.ok, check.found) == (False, "Address already in use")
    assert "--port" in check.do


def test_reference_files_with_a_mistake_name_file_and_line(data: Path, tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    (reference / "westminster.toml").write_text('id = "westminster"\nname = 3\n', encoding="utf-8")
    check = found(data, REFERENCE=str(reference))["Reference files"]
    assert not check.ok
    assert "westminster.toml:" in check.found
