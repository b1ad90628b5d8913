"""Values as a fixed-width export pads them: spaces round a value, and spaces alone for none, change nothing."""

import pytest
from msgspec.structs import replace

from schemas.feeds import NoiseTrigger, Source
from tests.builders_ingest import (
    LEVELS,
    LFB_2017,
    LFB_DATASTORE,
    NIGHTSTARS,
    POINTS,
    SBN,
    TRIGGERS,
    csv_of,
    lfb_row,
    nightstars_row,
    records,
    sbn_row,
)

ROWS = [
    (Source.LFB, LFB_2017, lfb_row()),
    (Source.LFB, LFB_2017, lfb_row(easting_m="", northing_m="")),
    (Source.LFB, LFB_2017, lfb_row(borough_code="")),
    (
        Source.LFB,
        LFB_DATASTORE,
        "1,01 Jul 2009,00:00:37,Special Service,Special Service,E09000033,,,528650,176850,51.4758,-0.1489,",
    ),
    (Source.SBN, SBN, sbn_row(words="two words")),
    (Source.SBN, SBN, sbn_row(help_needed="", latitude="51.5120", longitude="-0.1299")),
    (Source.SBN, SBN, "r1,1,withdrawn,2026-05-17T00:10:00+01:00,,,,,,,,"),
    (Source.NIGHTSTARS, NIGHTSTARS, nightstars_row(severity="3")),
    (Source.NIGHTSTARS, NIGHTSTARS, nightstars_row(helped="")),
    (Source.NOISE, TRIGGERS, "Pall Mall 01,2026-05-16 23:10:07.418,84.0,Transport road,86.4,79.9"),
    (Source.NOISE, LEVELS, "Pall Mall 01,2026-05-16 23:10:00,67.2,63.2,66.8,82.5"),
    (Source.POINTS, POINTS, "p1,2026-05-16 23:10,51.51,-0.13,Theft,team-3"),
    (Source.POINTS, POINTS, "p1,2026-05-16 23:10,51.51,-0.13,,"),
]


@pytest.mark.parametrize(("source", "header", "row"), ROWS, ids=lambda part: part if isinstance(part, Source) else "")
def test_padding_changes_nothing(source: Source, header: str, row: str) -> None:
    (plain,) = records(source, csv_of(header, row))
    (padded,) = records(source, csv_of(header, ",".join(f"  {value}  " for value in row.split(","))))
    if isinstance(plain, NoiseTrigger) and isinstance(padded, NoiseTrigger):
        plain = replace(plain, source_id=padded.source_id)  # a row without an id is called by its bytes
    assert padded == plain


def test_a_level_of_spaces_is_none_and_rows_without_an_id_are_read() -> None:
    (trigger,) = records(Source.NOISE, csv_of(TRIGGERS, "Pall Mall 01 , 2026-05-16 23:10:07.418,  ,  ,  ,  "))
    assert getattr(trigger, "level_db", 0) is None
    (event,) = records(Source.POINTS, csv_of(POINTS, "  ,2026-05-16 23:10,51.51,-0.13,  ,  "))
    assert getattr(event, "reporter", "") is None


def test_a_call_of_no_borough_is_judged_by_its_point() -> None:
    (call,) = records(Source.LFB, csv_of(LFB_2017, lfb_row(borough_code="NULL")))
    assert getattr(call, "borough_code", "") is None
