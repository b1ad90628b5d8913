"""The SQLite snapshots keep the contract, write what is new only, and outlive damage by being done without."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path

import pytest

from streams.snapshots import CHUNK_BYTES, SnapshotRefused, Why
from streams.sqlite_snapshots import SqliteSnapshots
from tests.builders_journals import ROOT, environment, on_a_private_disk, python
from tests.contracts.snapshots_contract import END, DurableSnapshotsContract, OpenStore, SnapshotsContract, state

PARTS = {"tonight": state(1, 3 * CHUNK_BYTES), "ledgers": state(2, 2 * CHUNK_BYTES)}


def opened(path: Path | str, *, realm: str = "live", fold_version: int = 1) -> SqliteSnapshots:
    return SqliteSnapshots(path, realm=realm, area="westminster", fold_version=fold_version)


class TestSqliteFileKeepsTheContract(DurableSnapshotsContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Iterator[OpenStore]:
        with ExitStack() as stack:
            path = tmp_path / "snapshots.db"
            yield lambda version: stack.enter_context(closing(opened(path, fold_version=version)))


class TestSqliteMemoryKeepsTheContract(SnapshotsContract):
    @pytest.fixture
    def open_store(self) -> Iterator[OpenStore]:
        with ExitStack() as stack:
            yield lambda version: stack.enter_context(closing(opened(":memory:", fold_version=version)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed file with snapshots at 10, 20 and 30 that share their ledgers."""
    with closing(opened(tmp_path / "snapshots.db")) as store:
        for offset in (10, 20, 30):
            store.write(offset, {**PARTS, "tonight": state(offset, CHUNK_BYTES)})
    return tmp_path / "snapshots.db"


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as other:
        assert other.execute(statement, values).rowcount != 0
        other.commit()


def chunk_count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as other:
        count: int = other.execute("SELECT count(*) FROM chunks").fetchone()[0]
        return count


def newest_manifest_chunk(path: Path) -> str:
    """A chunk that only the newest snapshot has: of its part tonight."""
    with closing(sqlite3.connect(path)) as other:
        (body,) = other.execute("SELECT body FROM manifests ORDER BY next_offset DESC").fetchone()
    return str(body.decode().rpartition('"tonight"')[2].partition('["')[2].partition('"')[0])


def test_a_part_of_many_lines_is_written_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.db"
    lines = [state(line, 1_000) for line in range(20)]
    with closing(opened(path)) as store:
        store.write(10, {"ledgers": b"\n".join(lines)})
        assert chunk_count(path) == 20
        lines[7] = state(99, 1_000)
        store.write(20, {"ledgers": b"\n".join(lines)})
        assert chunk_count(path) == 21
        found = store.newest(20)
        assert found is not None
        assert found.parts == {"ledgers": b"\n".join(lines)}


def test_content_that_is_there_is_not_written_again_and_what_nobody_names_goes(path: Path) -> None:
    assert chunk_count(path) == 3 + 2
    with closing(opened(path)) as store:
        store.write(40, {**PARTS, "tonight": state(40, CHUNK_BYTES)})
        assert chunk_count(path) == 3 + 2
        for offset in (50, 60, 70):
            store.write(offset, {"tonight": b""})
    assert chunk_count(path) == 0


@pytest.mark.parametrize("size", [10, CHUNK_BYTES])
def test_chunks_stay_below_the_limit_of_a_kafka_message(tmp_path: Path, size: int) -> None:
    with closing(opened(tmp_path / "snapshots.db")) as store:
        store.write(1, {"tonight": state(1, 4 * CHUNK_BYTES + size)})
    with closing(sqlite3.connect(tmp_path / "snapshots.db")) as other:
        assert other.execute("SELECT max(length(packed)) FROM chunks").fetchone()[0] < 1_000_000


GOLDEN_MANIFEST = (
    b'{"v":1,"next_offset":7,"fold_version":1,"parts":{"tonight":{"size":3,"chunks":'
    b'["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"]}}}'
)


def test_a_snapshot_is_written_as_the_golden_bytes_of_version_1(tmp_path: Path) -> None:
    """Whoever changes them keeps reading these: they lie in folders out there."""
    with closing(opened(tmp_path / "snapshots.db")) as store:
        store.write(7, {"tonight": b"abc"})
    with closing(sqlite3.connect(tmp_path / "snapshots.db")) as other:
        assert other.execute("SELECT next_offset, body, sha256 FROM manifests").fetchall() == [
            (7, GOLDEN_MANIFEST, sha256(GOLDEN_MANIFEST).hexdigest())
        ]
        assert other.execute("PRAGMA user_version").fetchone() == (1,)


Damage = Callable[[Path], None]

DAMAGES: dict[str, tuple[Damage, str]] = {
    "a chunk is another": (
        lambda path: change(
            path,
            "UPDATE chunks SET packed = (SELECT packed FROM chunks WHERE sha256 != ? LIMIT 1) WHERE sha256 = ?",
            *[newest_manifest_chunk(path)] * 2,
        ),
        "does not match its hash",
    ),
    "a chunk is no chunk": (
        lambda path: change(path, "UPDATE chunks SET packed = x'00' WHERE sha256 = ?", newest_manifest_chunk(path)),
        "does not match its hash",
    ),
    "a chunk is gone": (
        lambda path: change(path, "DELETE FROM chunks WHERE sha256 = ?", newest_manifest_chunk(path)),
        "is missing",
    ),
    "the manifest is another": (
        lambda path: change(path, "UPDATE manifests SET body = x'7b7d' WHERE next_offset = 30"),
        "its manifest does not match its hash",
    ),
    "the manifest is of another offset": (
        lambda path: change(path, "UPDATE manifests SET next_offset = 31 WHERE next_offset = 30"),
        "its manifest says entry 30",
    ),
}


def of_manifest(setting: str) -> Damage:
    return lambda path: change(path, f"UPDATE manifests SET {setting} WHERE next_offset = 30")


def of_chunk(setting: str) -> Damage:
    return lambda path: change(path, f"UPDATE chunks SET {setting} WHERE sha256 = ?", newest_manifest_chunk(path))


DAMAGES |= {
    f"a manifest's {setting}": (of_manifest(setting), "its manifest does not match its hash")
    for setting in (
        "body = CAST(body AS TEXT)",
        "body = CAST(x'fffe' AS TEXT)",
        "body = 10000000000000",
        "sha256 = CAST(sha256 AS BLOB)",
        "sha256 = CAST(x'fffe' AS TEXT)",
    )
}
DAMAGES |= {
    f"a chunk's {setting}": (of_chunk(setting), reason)
    for setting, reason in (
        ("packed = CAST(packed AS TEXT)", "does not match its hash"),
        ("packed = 100000000000000", "does not match its hash"),
        ("sha256 = CAST(sha256 AS BLOB)", "is missing"),
        ("sha256 = NULL", "is missing"),
        ("sha256 = CAST(x'fffe' AS TEXT)", "is missing"),
    )
}
"""SQLite keeps what kind a value is beside the value: one bit makes bytes text."""


@pytest.mark.parametrize(("damage", "reason"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_snapshot_is_passed_over_for_the_one_before(path: Path, damage: Damage, reason: str) -> None:
    damage(path)
    with closing(opened(path)) as store:
        found = store.newest(END)
        assert found is not None
        assert found.next_offset == 20
        assert found.parts == {**PARTS, "tonight": state(20, CHUNK_BYTES)}
        (past,) = found.passed_over
        assert past.why is Why.DAMAGED
        assert reason in past.text
        assert f"in {path} was not used" in past.text


@pytest.mark.parametrize("damage", [damage for damage, _ in DAMAGES.values()], ids=DAMAGES.keys())
def test_the_next_snapshot_does_not_build_on_what_was_damaged(path: Path, damage: Damage) -> None:
    damage(path)
    with closing(opened(path)) as store:
        store.newest(END)
        parts = {**PARTS, "tonight": state(30, CHUNK_BYTES)}
        store.write(50, parts)
        found = store.newest(END)
        assert found is not None
        assert (found.next_offset, found.parts, found.passed_over) == (50, parts, ())


def test_nor_on_damage_that_only_an_older_one_still_names(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "snapshots.db")) as store:
        for offset, content in ((10, b"quiet"), (20, b"busy"), (30, b"quiet")):
            store.write(offset, {"tonight": content})
        change(
            tmp_path / "snapshots.db", "UPDATE chunks SET packed = x'00' WHERE sha256 = ?", sha256(b"quiet").hexdigest()
        )
        found = store.newest(END)
        assert found is not None
        assert found.next_offset == 20
        store.write(40, {"tonight": b"quiet"})
        found = store.newest(END)
        assert found is not None
        assert (found.next_offset, found.parts) == (40, {"tonight": b"quiet"})


def test_damage_that_all_snapshots_share_leaves_none_and_says_so(path: Path) -> None:
    change(path, "UPDATE chunks SET packed = x'00'")
    with closing(opened(path)) as store:
        assert store.newest(END) is None
        assert [(past.next_offset, past.why) for past in store.passed_over] == [
            (30, Why.DAMAGED),
            (20, Why.DAMAGED),
            (10, Why.DAMAGED),
        ]
    assert chunk_count(path) == 0


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00" * 10_000)


def wiped_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8192] + bytes(len(content) - 8192))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def other_programs(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")


def other_realms(path: Path) -> None:
    change(path, "UPDATE meta SET value = 'exercise' WHERE name = 'realm'")


@pytest.mark.parametrize("harm", [garbage, wiped_pages, emptied, other_programs, other_realms])
def test_a_useless_file_is_set_aside_as_it_was_and_a_new_one_begun(path: Path, harm: Damage) -> None:
    harm(path)
    harmed = path.read_bytes()
    with closing(opened(path)) as store:
        assert store.newest(END) is None
        (past,) = store.passed_over
        assert (past.next_offset, past.why) == (None, Why.DAMAGED)
        assert "set aside as" in past.text
        store.write(5, PARTS)
        found = store.newest(END)
        assert found is not None
        assert (found.parts, found.passed_over) == (PARTS, (past,))
    assert path.with_name("snapshots.db.damaged-1").read_bytes() == harmed


def test_a_file_that_goes_bad_while_it_is_open_is_set_aside_then(path: Path) -> None:
    with closing(opened(path)) as store:
        wiped_pages(path)
        store._connection.execute("PRAGMA shrink_memory")
        store.write(60, PARTS)
        assert [past.why for past in store.passed_over] == [Why.DAMAGED]
        found = store.newest(END)
        assert found is not None
        assert found.parts == PARTS
    assert path.with_name("snapshots.db.damaged-1").exists()


def test_only_the_last_three_set_aside_are_kept(path: Path) -> None:
    for _ in range(5):
        garbage(path)
        opened(path).close()
    kept = sorted(found.name for found in path.parent.glob("*damaged*"))
    assert kept == ["snapshots.db.damaged-3", "snapshots.db.damaged-4", "snapshots.db.damaged-5"]


def test_a_full_file_keeps_what_was_there(path: Path) -> None:
    with closing(opened(path)) as store:
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(SnapshotRefused, match="Nothing is lost"):
            store.write(40, {"tonight": state(40, 20 * CHUNK_BYTES)})
        found = store.newest(END)
        assert found is not None
        assert (found.next_offset, found.passed_over) == (30, ())


READ_ONLY = """
import subprocess, sys
from pathlib import Path
from streams.snapshots import SnapshotRefused
from streams.sqlite_snapshots import SqliteSnapshots

disk = Path(sys.argv[1])
(disk / "snapshots.db").write_bytes(b"damaged")
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
for name in ("snapshots.db", "other.db"):
    try:
        SqliteSnapshots(disk / name, realm="live", area="westminster", fold_version=1)
    except SnapshotRefused as refusal:
        print(refusal.path.name, refusal.detail)
"""


@pytest.mark.server
def test_a_disk_mounted_read_only_is_a_refusal(tmp_path: Path) -> None:
    damaged, other = on_a_private_disk(tmp_path, "size=2m", READ_ONLY).splitlines()
    assert damaged.startswith("snapshots.db its first bytes are")
    assert "cannot be set aside: [Errno 30] Read-only file system" in damaged
    assert other.startswith("other.db [Errno 30] Read-only file system")


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from streams.sqlite_snapshots import SqliteSnapshots
from tests.contracts.snapshots_contract import state

store = SqliteSnapshots(Path(sys.argv[1]), realm="live", area="westminster", fold_version=1)
found = store.newest(10**9)
offset = 0 if found is None else found.next_offset
while True:
    offset += 1
    store.write(offset, {"tonight": state(offset, 500_000), "ledgers": state(0, 300_000)})
    print(offset, flush=True)
"""


@pytest.mark.server
def test_a_kill_while_writing_leaves_the_last_one_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.db"
    for _ in range(3):
        with subprocess.Popen(
            python(WRITE_FOR_EVER, str(path)), cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            for _ in range(5):
                child.stdout.readline()
            child.kill()
            confirmed = max(map(int, ["0", *child.stdout.read().split("\n")[:-1]]))
        with closing(opened(path)) as store:
            found = store.newest(END)
            assert found is not None
            assert found.next_offset >= confirmed
            assert found.passed_over == ()
            assert found.parts == {"tonight": state(found.next_offset, 500_000), "ledgers": state(0, 300_000)}
