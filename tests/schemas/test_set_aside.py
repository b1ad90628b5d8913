"""Setting aside: the file with what lies beside it, under the next number, and no more than a few of them."""

from pathlib import Path

from schemas.set_aside import KEPT_MAX, set_aside


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_file_goes_with_what_sqlite_laid_beside_it(tmp_path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        (tmp_path / f"record.db{ending}").write_bytes(b"rubbish")
    (tmp_path / "record.db.damaged-by-hand").touch()
    assert set_aside(tmp_path / "record.db").name == "record.db.damaged-1"
    asides = [f"record.db.damaged-1{ending}" for ending in ("", "-journal", "-shm", "-wal")]
    assert names(tmp_path) == [*asides, "record.db.damaged-by-hand"]


def test_the_newest_few_are_kept_and_numbers_never_come_again(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    for number in range(1, 13):
        for ending in ("", "-wal"):
            path.with_name(f"record.db{ending}").write_text(str(number))
        set_aside(path)
    assert len(names(tmp_path)) == 2 * KEPT_MAX
    for number in (10, 11, 12):
        assert (tmp_path / f"record.db.damaged-{number}").read_text() == str(number)
