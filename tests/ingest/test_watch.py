"""A watched folder: what is taken and when, what is refused, and going on after a restart."""

from pathlib import Path

import pytest

from ingest.outcomes import Read, SourceUnreadable
from ingest.reading import stream_name
from ingest.watch import Arrival, Inbox, refuse_foreign
from schemas.feeds import Source
from tests.builders_area import an_area
from tests.builders_ingest import SBN, Kept, csv_of, sbn_object, sbn_row


def inbox_of(folder: Path) -> Inbox:
    return Inbox(folder, an_area(), Kept())


def arrive(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


def settled(inbox: Inbox) -> list[Arrival]:
    """Two looks: what the first saw and the second found unchanged."""
    return [*inbox.poll(), *inbox.poll()]


def why(path: Path) -> str:
    return path.with_name(path.name + ".why.txt").read_text()


def test_a_file_is_taken_once_it_stands_still(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    path = arrive(tmp_path, "sbn/night.csv", csv_of(SBN, sbn_row()))
    assert inbox.poll() == []
    path.write_bytes(csv_of(SBN, sbn_row(), sbn_row(report_id="r2")))
    assert inbox.poll() == [], "it grew between two looks"
    (arrival,) = inbox.poll()
    assert (arrival.source, arrival.stream) == (Source.SBN, stream_name(path))
    assert [outcome.position for outcome in arrival.rows(0)] == [1, 2]
    assert inbox.poll() == [], "it is taken once"


def test_a_file_that_was_read_moves_to_done_and_frees_its_name(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    for number in (1, 2, 3):
        arrive(tmp_path, "sbn/night.ndjson", sbn_object(report_id=f"r{number}"))
        (arrival,) = settled(inbox)
        assert len(list(arrival.rows(0))) == 1
        arrival.done()
    assert sorted(path.name for path in (tmp_path / "done").iterdir()) == [
        *("2-night.ndjson", "3-night.ndjson", "night.ndjson"),
    ]
    assert not list((tmp_path / "sbn").iterdir())


def test_a_file_that_grew_while_it_was_read_comes_again(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    path = arrive(tmp_path, "sbn/night.ndjson", sbn_object())
    (first,) = settled(inbox)
    path.write_bytes(sbn_object() + sbn_object(report_id="r2"))
    first.done()
    (second,) = settled(inbox)
    assert second.stream != first.stream
    assert len(list(second.rows(0))) == 2
    second.done()
    assert not path.exists()


def test_a_file_taken_away_by_hand_is_forgotten(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    path = arrive(tmp_path, "sbn/night.ndjson", sbn_object())
    (arrival,) = settled(inbox)
    path.unlink()
    arrival.done()
    assert settled(inbox) == []


def test_after_a_restart_a_file_is_read_on_from_the_journal_s_position(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    arrive(tmp_path, "sbn/night.csv", csv_of(SBN, *(sbn_row(report_id=f"r{n}") for n in range(5))))
    (before,) = settled(inbox)
    rows = before.rows(0)
    read = [next(rows), next(rows)]
    (after,) = settled(inbox_of(tmp_path))
    assert after.stream == before.stream
    rest = list(after.rows(start=read[-1].position))
    assert [outcome.position for outcome in rest] == [3, 4, 5]
    assert all(isinstance(outcome, Read) for outcome in rest)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason_beside_it(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    arrive(tmp_path, "sbn/what.csv", b"what,is,this\n1,2,3\n")
    (arrival,) = settled(inbox)
    with pytest.raises(SourceUnreadable) as caught:
        list(arrival.rows(0))
    arrival.refuse(str(caught.value))
    assert "what.csv: has an unknown header; expected Safer Business" in why(tmp_path / "refused" / "what.csv")


def test_strays_links_folders_and_other_endings_are_refused_with_a_reason(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    arrive(tmp_path, "night.csv", b"x")
    (tmp_path / "police").mkdir()
    (tmp_path / "sbn" / "folder.csv").mkdir()
    arrive(tmp_path, "sbn/report.docx", b"x")
    (tmp_path / "sbn" / "link.csv").symlink_to(tmp_path / "night.csv")
    assert settled(inbox) == []
    refused = tmp_path / "refused"
    assert "put files in one of lfb, sbn, nightstars, noise, points" in why(refused / "night.csv")
    assert "no source's folder" in why(refused / "police")
    assert "is a folder" in why(refused / "folder.csv")
    assert "must end in .csv, .json, .ndjson, .jsonl, .gz" in why(refused / "report.docx")
    assert "is a link" in why(refused / "link.csv")


@pytest.mark.parametrize("name", ["sbn/night.csv.part", "sbn/.night.csv", "sbn/night.csv~", "upload.tmp"])
def test_what_is_still_being_written_is_left_alone(tmp_path: Path, name: str) -> None:
    inbox = inbox_of(tmp_path)
    path = arrive(tmp_path, name, b"x")
    assert settled(inbox) == []
    assert path.exists()


def test_files_come_in_order_of_source_and_name(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    for name in ("sbn/b.csv", "sbn/a.csv.gz", "noise/z.json", "lfb/m.csv"):
        arrive(tmp_path, name, name.encode())
    assert [arrival.path.name for arrival in settled(inbox)] == ["m.csv", "a.csv.gz", "b.csv", "z.json"]


@pytest.mark.parametrize("name", ["NIGHT.CSV", "Night.Csv.GZ", "night.jsonl", "night.JSONL.gz", "night.NDJSON"])
def test_endings_count_in_any_case(tmp_path: Path, name: str) -> None:
    inbox = inbox_of(tmp_path)
    arrive(tmp_path, f"sbn/{name}", sbn_object())
    arrive(tmp_path, f"sbn/{name}.PART", sbn_object())
    assert [arrival.path.name for arrival in settled(inbox)] == [name]


@pytest.mark.parametrize("folder", ["done", "refused"])
def test_a_file_that_could_not_be_moved_is_moved_when_it_is_asked_again(tmp_path: Path, folder: str) -> None:
    inbox = inbox_of(tmp_path)
    path = arrive(tmp_path, "sbn/night.ndjson", sbn_object())
    (arrival,) = settled(inbox)
    (tmp_path / folder).rmdir()
    (tmp_path / folder).write_text("in the way")
    for _ in range(2):
        with pytest.raises(OSError, match="Not a directory"):
            arrival.done() if folder == "done" else arrival.refuse("cut off")
        assert path.exists()
    (tmp_path / folder).unlink()
    (tmp_path / folder).mkdir()
    arrival.done() if folder == "done" else arrival.refuse("cut off")
    assert not path.exists()
    assert (tmp_path / folder / "night.ndjson").exists()


def test_what_is_refused_never_lies_there_without_its_reason(tmp_path: Path) -> None:
    inbox = inbox_of(tmp_path)
    path = arrive(tmp_path, "sbn/night.ndjson", sbn_object())
    (arrival,) = settled(inbox)
    in_the_way = tmp_path / "refused" / "night.ndjson.why.txt"
    in_the_way.mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        arrival.refuse("cut off")
    assert path.exists()
    in_the_way.rmdir()
    arrival.refuse("cut off")
    assert why(tmp_path / "refused" / "night.ndjson") == "cut off\n"


def test_a_folder_that_was_never_watched_is_left_alone(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        refuse_foreign(folder)
    (tmp_path / ".DS_Store").touch()
    refuse_foreign(tmp_path)
    for name in ("thesis.docx", "photos"):
        (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=r"holds photos, thesis\.docx and none of the folders that a watched one has"):
        refuse_foreign(tmp_path)
    (tmp_path / "sbn").mkdir()
    refuse_foreign(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file")
    with pytest.raises(OSError, match="inbox"):
        inbox_of(tmp_path / "inbox")
