"""Night Stars encounters and their kinds of help."""

import pytest

from ingest.sources.nightstars import KINDS
from schemas.categories import Category
from schemas.dead_letters import Reason
from schemas.feeds import NightStarsEncounter, Source, Withdrawal
from schemas.times import from_rfc3339
from schemas.words import words_ref
from tests.builders_ingest import NIGHTSTARS, csv_of, kinds, nightstars_row, one_letter, outcomes, records


def encounter(**changes: str) -> NightStarsEncounter:
    (record,) = records(Source.NIGHTSTARS, csv_of(NIGHTSTARS, nightstars_row(**changes)))
    assert isinstance(record, NightStarsEncounter)
    return record


def test_an_encounter_is_read_with_what_is_left_out() -> None:
    assert encounter(helped="") == NightStarsEncounter(
        source_id="e1",
        team="soho",
        category=Category.VULNERABLE_PERSON,
        severity=1,
        occurred_at=from_rfc3339("2026-05-16T22:05:00Z"),
        received_at=from_rfc3339("2026-05-16T22:30:00Z"),
        lat=51.5130,
        lon=-0.1310,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_category(kind: str) -> None:
    assert encounter(kind=kind.upper().replace("_", " ")).category is KINDS[kind]


def test_severity_and_number_helped() -> None:
    read = encounter(severity="3", helped="4.0")
    assert (read.severity, read.helped) == (3, 4)


def test_notes_are_kept_apart() -> None:
    assert encounter(notes="walked her home").words_ref == words_ref(Source.NIGHTSTARS, "e1", 0)
    assert encounter(notes=" ").words_ref is None


def test_a_withdrawal_needs_no_more_than_its_report() -> None:
    row = "e1,1,withdrawn,2026-05-17 00:10,,,,,,,,"
    at = from_rfc3339("2026-05-16T23:10:00Z")
    expected = Withdrawal(source=Source.NIGHTSTARS, source_id="e1", revision=1, received_at=at)
    assert records(Source.NIGHTSTARS, csv_of(NIGHTSTARS, row)) == [expected]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"team_id": "nobody"}, Reason.UNKNOWN_TEAM, "team_id"),
        ({"team_id": ""}, Reason.MISSING_VALUE, "team_id"),
        ({"kind": "party"}, Reason.UNKNOWN_CATEGORY, "kind"),
        ({"severity": "0"}, Reason.BAD_NUMBER, "severity"),
        ({"helped": "-1"}, Reason.BAD_NUMBER, "helped"),
        ({"helped": "many"}, Reason.BAD_NUMBER, "helped"),
        ({"latitude": ""}, Reason.BAD_POSITION, "latitude"),
        ({"latitude": "-0.1310", "longitude": "51.5130"}, Reason.SWAPPED_POSITION, "latitude"),
        ({"logged_at": ""}, Reason.MISSING_VALUE, "logged_at"),
        ({"occurred_at": "?"}, Reason.BAD_TIME, "occurred_at"),
        ({"notes": "y" * 10_001}, Reason.TOO_LARGE, "notes"),
    ],
)
def test_a_bad_encounter_is_refused_by_field_and_reason(changes: dict[str, str], reason: Reason, field: str) -> None:
    found = outcomes(Source.NIGHTSTARS, csv_of(NIGHTSTARS, nightstars_row(), nightstars_row(**changes)))
    assert kinds(found) == ["read", reason]
    assert one_letter(found).field == field


def test_a_team_is_known_with_spaces_round_it() -> None:
    assert encounter(team_id=" soho ").team == "soho"
