"""A disk that turns read-only under a running desk: it says so, shows what it knew, and loses nothing."""

import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.builders_running import Running, nightdesk, on_private_disks, running, sbn_file, sbn_report, until

pytestmark = pytest.mark.server

NOT_WRITTEN = "The desk may not write its journal: what comes in waits, and is read when it can. Nothing is lost."


class Disk:
    """A small ext4 in a file, mounted where only the desk sees it: unlike tmpfs it can turn read-only while in use."""

    def __init__(self, folder: Path) -> None:
        self.image, self.mounted, self.spare = folder / "image", folder / "disk", folder / "spare"
        self.data = self.mounted / "data"
        self.mounted.mkdir()
        self.spare.mkdir()
        _needs("mkfs.ext4", "e2fsck", "losetup", "chattr")
        with self.image.open("wb") as file:
            file.truncate(64 * 1024 * 1024)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
        command = on_private_disks(["true"], self.disks, self.mount)
        probe = subprocess.run(command, capture_output=True, check=False)
        if probe.returncode != 0:
            pytest.skip(f"a loop device is not permitted here: {probe.stderr.decode().strip()}")

    @property
    def disks(self) -> list[tuple[Path, str]]:
        """Any private disk makes the mounts of a process its own."""
        return [(self.spare, "size=1m")]

    @property
    def mount(self) -> str:
        """A shell command that mends and mounts it."""
        return f"{{ e2fsck -p '{self.image}' >&2 || test $? = 1; }} && mount -o loop '{self.image}' '{self.mounted}'"

    def turn_read_only(self, desk: Running) -> None:
        """What ext4 does by itself at the first fault that it cannot mend."""
        desk.inside("mount", "-o", "remount,abort", str(self.mounted))

    def lock_journal(self, desk: Running, setting: str) -> None:
        """Let no write to the journal pass (`+i`), as on a share that was made read-only, or all again (`-i`)."""
        desk.inside("chattr", setting, str(self.data / "journal.db-wal"))

    def until_let_go(self) -> None:
        """Wait until nobody has it mounted any more."""
        until(lambda: not subprocess.check_output(["losetup", "-j", self.image]), "the disk is let go")


def _needs(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """A disk of its own for each test."""
    return Disk(tmp_path)


def _key_of(desk: Running, disk: Disk) -> str:
    return str(orjson.loads((desk.root / str(disk.mounted)[1:] / "key").read_bytes())["key"])


def _first(disk: Disk) -> str:
    """Before the desk starts for the first time: the disk, and a key on it."""
    make_key = shlex.join(nightdesk("keys", "add", "--role", "operations", "--data", str(disk.data), "--json"))
    return f"{disk.mount} && {make_key} > '{disk.mounted}/key'"


def _elsewhere(number: int) -> dict[str, object]:
    return sbn_report(number, datetime.now(UTC).isoformat(), latitude=51.51 + number / 1e3, longitude=-0.14)


def test_it_says_so_and_reads_what_waited_once_the_disk_is_mended(disk: Disk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    environ = {"NIGHTDESK_INBOX": str(inbox)}
    with running(disk.data, disks=disk.disks, first=_first(disk), environ=environ) as desk:
        desk.until_ready()
        key = _key_of(desk, disk)
        read = sbn_file(inbox, "before", _elsewhere(1))
        until(lambda: not read.exists() and len(desk.picture(key)["incidents"]) == 1, "the first file is read")

        disk.turn_read_only(desk)
        until(lambda: desk.readyz()[0] == 503, "says that it is not ready")
        assert desk.readyz()[1] == f"not ready: {NOT_WRITTEN}\n"
        waiting = sbn_file(inbox, "after", _elsewhere(2))
        until(lambda: desk.metrics().get('nightdesk_read_total{source="sbn"}') == 2, "the file is being read")
        beat = desk.heartbeat(key)
        assert (beat["desk"], beat["why"]) == ("catching_up", NOT_WRITTEN)
        assert len(desk.picture(key)["incidents"]) == 1, "what it knew is still shown"
        assert waiting.exists(), "what is not in the journal stays where it was"
        code, _, err = desk.stop()
    assert code == 0, err
    assert err.count("error desk:") == 1, "told once, not with every try"
    assert "is not mounted read-only" in err
    assert "Traceback" not in err

    disk.until_let_go()
    with running(disk.data, disks=disk.disks, first=disk.mount, environ=environ) as desk:
        desk.until_ready()
        until(lambda: not waiting.exists(), "the file that waited is read")
        until(lambda: len(desk.picture(key)["incidents"]) == 2, "each report once in the picture")
        assert desk.stop()[0] == 0


def test_it_goes_on_by_itself_once_the_journal_can_be_written_again(disk: Disk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    environ = {"NIGHTDESK_INBOX": str(inbox)}
    with running(disk.data, disks=disk.disks, first=_first(disk), environ=environ) as desk:
        desk.until_ready()
        key = _key_of(desk, disk)
        disk.lock_journal(desk, "+i")
        until(lambda: desk.readyz() == (503, f"not ready: {NOT_WRITTEN}\n"), "says that it is not ready")
        waiting = sbn_file(inbox, "waiting", _elsewhere(1), _elsewhere(2))
        until(lambda: desk.metrics().get('nightdesk_read_total{source="sbn"}') == 2, "the file is being read")
        disk.lock_journal(desk, "-i")
        until(lambda: desk.readyz() == (200, "ready\n"), "ready again by itself")
        until(lambda: not waiting.exists(), "the file is read to its end")
        until(lambda: len(desk.picture(key)["incidents"]) == 2, "each report once in the picture")
        code, _, err = desk.stop()
    assert code == 0, err
    assert "warning desk: Over: The desk may not write its journal" in err
