"""Dead letters put back: after a fix of the code, of the reference data, or of a field."""

import io
import json
from dataclasses import replace

import msgspec
import pytest

from ingest.dead_letters import reread
from ingest.outcomes import Outcome, Outside, Read
from ingest.reading import read
from schemas.area import Area
from schemas.dead_letters import DeadLetter, Reason
from schemas.feeds import LfbCall, NoiseTrigger, PointEvent, SbnReport, Source
from tests.builders_area import DOOR, an_area
from tests.builders_ingest import (
    LFB_2017,
    SBN,
    TRIGGERS,
    Kept,
    csv_of,
    lfb_row,
    one_letter,
    outcomes,
    sbn_object,
    sbn_row,
)


def again(letter: DeadLetter, area: Area | None = None, **changes: str) -> Outcome:
    return reread(letter, area or an_area(), words=Kept(), changes=changes)


def test_a_venue_that_was_added_since_lets_the_row_in() -> None:
    letter = one_letter(outcomes(Source.SBN, csv_of(SBN, sbn_row(), sbn_row(venue_id="new-door", words="a, b"))))
    area = an_area()
    known = replace(area, venues=area.venues | {"new-door": replace(DOOR, id="new-door")})
    kept = Kept()
    outcome = reread(letter, known, words=kept, changes={})
    assert isinstance(outcome, Read)
    assert isinstance(outcome.record, SbnReport)
    assert (outcome.position, outcome.record.venue) == (2, "new-door")
    assert list(kept.texts.values()) == [("new-door", "a, b")]


def test_without_a_fix_it_is_the_same_dead_letter() -> None:
    for body in (csv_of(SBN, sbn_row(), sbn_row(severity="9")), sbn_object() + sbn_object(severity=9)):
        letter = one_letter(outcomes(Source.SBN, body))
        assert again(letter) == letter


@pytest.mark.parametrize("body", [csv_of(SBN, sbn_row(severity="9", words='x "y",\nz')), sbn_object(severity=9)])
def test_a_field_put_right_lets_the_row_in(body: bytes) -> None:
    outcome = again(one_letter(outcomes(Source.SBN, body)), severity="3")
    assert isinstance(outcome, Read)
    assert isinstance(outcome.record, SbnReport)
    assert outcome.record.severity == 3


def test_one_field_put_right_of_two_names_the_other() -> None:
    outcome = again(one_letter(outcomes(Source.SBN, sbn_object(severity=9, category="rude"))), severity="3")
    assert isinstance(outcome, DeadLetter)
    assert outcome.reason is Reason.UNKNOWN_CATEGORY


def test_a_time_that_never_was_can_be_set() -> None:
    bad = lfb_row(date_of_call="2017-03-26", time_of_call="01:30:00")
    outcome = again(one_letter(outcomes(Source.LFB, csv_of(LFB_2017, bad))), time_of_call="02:30:00")
    assert isinstance(outcome, Read)
    assert isinstance(outcome.record, LfbCall)
    moved = again(one_letter(outcomes(Source.LFB, csv_of(LFB_2017, bad))), borough_code="E09000001")
    assert moved == Outside(position=1)


def test_rows_of_a_column_map_are_read_again_without_it() -> None:
    columns = {"time": "Date", "lat": "Y", "lon": "X"}
    rows = ("2026-05-16 23:10,-0.13,nan",)
    for body in (csv_of("Date,X,Y", *rows), b'{"Date": "2026-05-16 23:10", "X": -0.13, "Y": "nan"}'):
        letter = one_letter(outcomes(Source.POINTS, body, columns=columns))
        assert again(letter) == letter
        outcome = again(letter, lat="51.51")
        assert isinstance(outcome, Read)
        assert isinstance(outcome.record, PointEvent)
        assert outcome.record.lat == 51.51


@pytest.mark.parametrize(
    "line",
    [
        b'{"severity": NaN, "x": 1, ' + sbn_object()[1:].replace(b'"severity": 2, ', b""),
        sbn_object(severity=9).replace(b'"r1"', b'"caf\xe9"'),
        sbn_object(severity=9, words="half a character: \ud800"),
        sbn_object(severity="9" * 5_000),
        sbn_object(severity=int("9" * 40)),
    ],
    ids=["NaN", "cp1252", "surrogate", "long text", "long number"],
)
def test_an_object_that_only_a_forgiving_reader_takes_can_be_put_right(line: bytes) -> None:
    outcome = again(one_letter(outcomes(Source.SBN, sbn_object() + line)), severity="3", words="")
    assert isinstance(outcome, Read)
    assert isinstance(outcome.record, SbnReport)
    assert outcome.record.severity == 3


def test_an_object_too_deep_or_with_a_number_too_long_is_no_object_to_set_a_field_of() -> None:
    for line in (b'{"a": ' + b"[" * 60_000 + b"}", b'{"a": ' + b"9" * 5_000 + b"}"):
        letter = one_letter(outcomes(Source.SBN, sbn_object() + line + b"\n"))
        assert again(letter) == letter
        with pytest.raises(ValueError, match="no JSON object"):
            again(letter, severity="1")


def test_a_row_whose_header_is_no_longer_known_stays_a_dead_letter_and_says_so() -> None:
    letter = msgspec.structs.replace(
        one_letter(outcomes(Source.SBN, csv_of(SBN, sbn_row(severity="9")))), header=b"what,is,this"
    )
    outcome = again(letter)
    assert isinstance(outcome, DeadLetter)
    assert outcome.reason is Reason.MISSING_COLUMN
    assert "unknown header" in outcome.rule
    assert (outcome.raw, outcome.header, outcome.position) == (letter.raw, letter.header, letter.position)


def test_a_row_under_a_header_over_lines_with_spaces_before_its_quotes_can_be_put_right() -> None:
    header, row = SBN.replace("words", '"What\nhappened",words'), sbn_row(severity="9", help_needed='x, "') + ', "a, b"'
    letter = one_letter(outcomes(Source.SBN, csv_of(header, row)))
    assert (letter.line, letter.field) == (3, "severity")
    outcome = again(letter, severity="3", help_needed="none")
    assert isinstance(outcome, Read)
    assert isinstance(outcome.record, SbnReport)
    assert outcome.record.severity == 3


def test_identical_rows_read_again_are_still_two() -> None:
    row = "Abbey Road 01,2026-05-16 23:10:07,,,80,"
    letters = outcomes(Source.NOISE, csv_of(TRIGGERS, row, row))
    ids = set()
    for letter in letters:
        assert isinstance(letter, DeadLetter)
        outcome = again(letter, description="Pall Mall 01")
        assert isinstance(outcome, Read)
        assert isinstance(outcome.record, NoiseTrigger)
        ids.add(outcome.record.source_id)
    assert len(ids) == 2


def test_an_element_of_an_array_over_several_lines_is_read_again() -> None:
    body = json.dumps([json.loads(sbn_object(severity=9))], indent=2).encode()
    outcome = again(one_letter(outcomes(Source.SBN, body)), severity="1")
    assert isinstance(outcome, Read)


def test_a_row_of_which_only_the_beginning_was_kept_stays_a_dead_letter() -> None:
    letter = one_letter(outcomes(Source.SBN, csv_of(SBN, "r" * 300_000)))
    assert letter.reason is Reason.TOO_LARGE
    assert again(letter) is letter


def test_a_field_that_the_row_does_not_have_is_an_error_that_says_so() -> None:
    ragged, unknown, junk = (
        one_letter(outcomes(Source.SBN, body))
        for body in (csv_of(SBN, "r1,0"), csv_of(SBN, sbn_row(severity="9")), sbn_object() + b"{junk}\n")
    )
    with pytest.raises(ValueError, match="2 fields and its header 12"):
        again(ragged, severity="1")
    with pytest.raises(ValueError, match=r"'sevrity' is no column of feed\.csv; it has report_id"):
        again(unknown, sevrity="1")
    with pytest.raises(ValueError, match="no JSON object"):
        again(junk, severity="1")
    for letter in (ragged, junk):
        assert again(letter) == letter


def test_the_dead_letters_of_a_file_all_stay_what_they_are() -> None:
    body = csv_of(SBN, *(sbn_row(severity="x"), 'a,"b', "c", sbn_row(words="\0"), sbn_row(report_id="")))
    for letter in read(Source.SBN, io.BytesIO(body), an_area(), words=Kept(), name="f"):
        assert isinstance(letter, DeadLetter)
        assert again(letter) == letter
