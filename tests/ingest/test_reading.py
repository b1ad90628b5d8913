"""Reading a file: every vendor oddity at once, where reading starts again, and what ends a file early."""

import gzip
import io
import json
from pathlib import Path

import pytest

from ingest.outcomes import Outcome, Read, SourceUnreadable
from ingest.reading import read, stream_name
from schemas.dead_letters import DeadLetter, Reason
from schemas.feeds import SbnReport, Source
from tests.builders_area import an_area
from tests.builders_ingest import (
    LFB_2017,
    NIGHTSTARS,
    SBN,
    TRIGGERS,
    Kept,
    csv_of,
    kinds,
    lfb_row,
    nightstars_row,
    one_letter,
    outcomes,
    sbn_object,
    sbn_row,
)


def read_until_broken(source: Source, path: Path) -> tuple[list[Outcome], SourceUnreadable]:
    found: list[Outcome] = []
    with pytest.raises(SourceUnreadable) as caught:
        found.extend(read(source, path, an_area(), words=Kept()))
    return found, caught.value


def test_one_file_with_every_oddity_gives_one_outcome_a_row() -> None:
    rows = [
        nightstars_row(encounter_id="e1", notes='Two lines,\r\nwith "quotes"'),
        nightstars_row(encounter_id="e2") + ",one too many",
        "",
        nightstars_row(encounter_id="e3", notes="café"),
        nightstars_row(encounter_id="e4", latitude="nan"),
        nightstars_row(encounter_id="e5", notes="nul \0 byte"),
        "e6,0,new",
        nightstars_row(encounter_id="e7", notes="stray").replace("stray", '"stray'),
        nightstars_row(encounter_id="e8", helped="1.0", longitude="-0.0"),
    ]
    body = b"\xef\xbb\xbf" + csv_of(NIGHTSTARS, *rows, end="\r\n").decode().encode("cp1252", "replace")
    found = outcomes(Source.NIGHTSTARS, body)
    assert kinds(found) == [
        *("read", Reason.RAGGED_ROW, "read", Reason.BAD_POSITION, Reason.NUL_BYTE, Reason.RAGGED_ROW),
        *(Reason.UNCLOSED_QUOTE, "read"),
    ]
    assert [outcome.position for outcome in found] == list(range(1, 9))
    assert [letter.line for letter in found if isinstance(letter, DeadLetter)] == [4, 7, 8, 9, 10]


def test_a_dead_letter_says_where_what_and_why_and_keeps_the_bytes() -> None:
    bad = sbn_row(venue_id="the moon " * 20)
    letter = one_letter(outcomes(Source.SBN, csv_of(SBN, sbn_row(), bad)))
    assert letter == DeadLetter(
        file="feed.csv",
        line=3,
        position=2,
        source=Source.SBN,
        reason=Reason.UNKNOWN_VENUE,
        field="venue_id",
        value=("the moon " * 20)[:80],
        rule="must be a venue of the reference data",
        raw=bad.encode(),
        header=SBN.encode(),
    )


def test_words_are_kept_before_their_record_comes() -> None:
    kept = Kept()
    body = csv_of(SBN, *(sbn_row(report_id=f"r{n}", words=f"text {n}") for n in range(3)))
    for outcome in read(Source.SBN, io.BytesIO(body), an_area(), words=kept):
        assert isinstance(outcome, Read)
        assert isinstance(outcome.record, SbnReport)
        assert kept.texts[outcome.record.words_ref or ""] == ("blue-door", f"text {outcome.position - 1}")
        assert len(kept.texts) == outcome.position, "and not before the rows above are taken"


@pytest.mark.parametrize("start", [0, 1, 4, 5, 9])
def test_reading_goes_on_after_a_position_as_if_it_had_never_stopped(start: int) -> None:
    row = "Pall Mall 01,2026-10-25 01:{},,,,"
    rows = [row.format(minutes) for minutes in ("50", "50", "00", "bad", "00")]
    whole = outcomes(Source.NOISE, csv_of(TRIGGERS, *rows))
    assert len(whole) == 5
    assert outcomes(Source.NOISE, csv_of(TRIGGERS, *rows), start=start) == whole[start:]


def test_words_of_rows_before_the_start_are_not_kept_again() -> None:
    kept = Kept()
    body = csv_of(SBN, *(sbn_row(report_id=f"r{n}", words=f"text {n}") for n in range(4)))
    assert len(list(read(Source.SBN, io.BytesIO(body), an_area(), words=kept, start=2))) == 2
    assert [text for _, text in kept.texts.values()] == ["text 2", "text 3"]


def test_plain_gzip_standard_input_and_any_line_end_give_the_same(tmp_path: Path) -> None:
    plain = csv_of(SBN, *(sbn_row(report_id=f"r{n}") for n in range(50)))
    (tmp_path / "reports.csv").write_bytes(plain)
    (tmp_path / "reports.csv.gz").write_bytes(gzip.compress(plain))
    expected = outcomes(Source.SBN, plain)
    for path in tmp_path.iterdir():
        assert list(read(Source.SBN, path, an_area(), words=Kept())) == expected
    assert outcomes(Source.SBN, plain.replace(b"\n", b"\r\n")) == expected
    assert outcomes(Source.SBN, plain.replace(b"\n", b"\r")) == expected


def test_lines_of_json_are_told_by_the_name_even_when_the_first_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "reports.ndjson"
    path.write_bytes(b"oops\n" + sbn_object() + b"[]\n")
    assert kinds(list(read(Source.SBN, path, an_area(), words=Kept()))) == [Reason.NOT_JSON, "read", Reason.NOT_JSON]


def test_an_array_of_json_refuses_what_is_no_object() -> None:
    body = json.dumps([json.loads(sbn_object()), 7, json.loads(sbn_object(severity=9))]).encode()
    found = outcomes(Source.SBN, body)
    assert kinds(found) == ["read", Reason.NOT_JSON, Reason.BAD_NUMBER]


def test_gzip_cut_half_way_keeps_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv.gz"
    packed = gzip.compress(csv_of(LFB_2017, *(lfb_row(incident_number=str(n)) for n in range(5_000))))
    path.write_bytes(packed[: len(packed) * 2 // 3])
    found, error = read_until_broken(Source.LFB, path)
    assert len(found) > 2_000
    assert all(isinstance(outcome, Read) for outcome in found)
    assert error.rows_read == len(found)
    assert f"{path}: is gzip cut off after" in str(error)
    assert f"{len(found):,} rows read before that are kept" in str(error)


def test_a_plain_file_cut_off_keeps_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(csv_of(LFB_2017, lfb_row(), lfb_row())[:-30])
    found, error = read_until_broken(Source.LFB, path)
    assert kinds(found) == ["read"]
    assert "cut off in the middle of line 3; 1 rows read before that are kept" in str(error)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b"\0\1\2\3" * 100, "not text"),
        (
            b"IncidentNumber,CalYear,ResourceMobilisationId,TurnoutTimeSeconds\n1,2009,2,3\n",
            r"unknown header; expected the Fire Brigade's lower-case schema \(borough_code.* or "
            r"the London Datastore's schema \(IncGeo_BoroughCode",
        ),
        (LFB_2017.replace(",time_of_call", "").encode() + b"\n", "no column time_of_call, which the Fire Brigade's"),
        (LFB_2017.encode() + b",borough_code\n", "the column borough_code more than once"),
        (b'[{"a": 1}', "JSON array does not end"),
    ],
)
def test_what_is_no_feed_of_ours_is_refused_with_what_was_expected(tmp_path: Path, body: bytes, why: str) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(body)
    with pytest.raises(SourceUnreadable, match=why):
        list(read(Source.LFB, path, an_area(), words=Kept()))


def test_a_folder_for_a_file_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path, "is a folder"), (tmp_path / "none.csv", "does not exist")):
        found, error = read_until_broken(Source.SBN, path)
        assert not found
        assert why in str(error)
        assert "no row was read" in str(error)


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert outcomes(Source.SBN, SBN.encode() + b"\n") == []


def test_an_unknown_header_repeats_none_of_its_words() -> None:
    with pytest.raises(SourceUnreadable) as caught:
        outcomes(Source.SBN, b"Jane Doe was followed home,51.5,-0.1\n")
    assert "Jane" not in str(caught.value)


def test_the_name_of_a_stream_is_that_of_its_bytes(tmp_path: Path) -> None:
    one, two, other = tmp_path / "one", tmp_path / "two", tmp_path / "other"
    one.write_bytes(b"same")
    two.write_bytes(b"same")
    other.write_bytes(b"different")
    assert stream_name(one) == stream_name(two) == "file:0967115f2813a354"
    assert stream_name(other) != stream_name(one)
