"""Any list of events, under its own column names."""

import pytest

from ingest.outcomes import SourceUnreadable
from schemas.categories import Category
from schemas.dead_letters import Reason
from schemas.feeds import PointEvent, Source
from schemas.times import from_rfc3339
from tests.builders_area import an_area
from tests.builders_ingest import POINTS, csv_of, kinds, one_letter, outcomes, records


def test_an_event_with_everything() -> None:
    body = csv_of(POINTS, "p1,2026-05-16 23:10,51.51,-0.13,Serious Violence,team-3")
    at = from_rfc3339("2026-05-16T22:10:00Z")
    assert records(Source.POINTS, body) == [
        PointEvent(
            source_id="p1",
            category=Category.SERIOUS_VIOLENCE,
            reporter="team-3",
            occurred_at=at,
            received_at=at,
            lat=51.51,
            lon=-0.13,
        )
    ]


def test_columns_under_other_names_and_nothing_else() -> None:
    body = csv_of("Type,Date,Latitude,Longitude", "Person search,2026-05-16T22:10:00+00:00,51.51,-0.13")
    columns = {"time": "Date", "lat": "Latitude", "lon": "Longitude"}
    (event,) = records(Source.POINTS, body, columns=columns)
    assert isinstance(event, PointEvent)
    assert (event.category, event.reporter) == (Category.OTHER, None)


def test_identical_rows_are_each_their_own() -> None:
    row = "2026-05-16 23:10,51.51,-0.13"
    read = records(Source.POINTS, csv_of("time,lat,lon", row, row))
    assert len({record.source_id for record in read if isinstance(record, PointEvent)}) == 2


def test_a_category_of_others_is_refused_where_there_is_such_a_column() -> None:
    body = csv_of("time,lat,lon,category", "2026-05-16 23:10,51.51,-0.13,vehicle", "2026-05-16 23:10,51.51,-0.13,")
    assert kinds(outcomes(Source.POINTS, body)) == [Reason.UNKNOWN_CATEGORY, "read"]
    mapped = csv_of("time,lat,lon,Type", "2026-05-16 23:10,51.51,-0.13,vehicle")
    assert kinds(outcomes(Source.POINTS, mapped)) == ["read"]
    assert kinds(outcomes(Source.POINTS, mapped, columns={"category": "Type"})) == [Reason.UNKNOWN_CATEGORY]


def test_a_time_without_offset_is_the_area_s() -> None:
    area = an_area(time_zone="America/Chicago", has_outline=False, cameras=())
    body = csv_of("date,latitude,longitude", "2010-01-01 00:05,41.79,-87.62")
    columns = {"time": "date", "lat": "latitude", "lon": "longitude"}
    (event,) = records(Source.POINTS, body, area=area, columns=columns)
    assert isinstance(event, PointEvent)
    assert event.occurred_at == from_rfc3339("2010-01-01T06:05:00Z")


def test_a_column_map_is_checked_against_the_header_and_against_what_is_read() -> None:
    body = csv_of("time,lat,lon", "2026-05-16 23:10,51.51,-0.13")
    with pytest.raises(SourceUnreadable, match="no column Date, which a list of points must have"):
        outcomes(Source.POINTS, body, columns={"time": "Date"})
    with pytest.raises(SourceUnreadable, match="'speed', which is not one of time, lat, lon, id, category, reporter"):
        outcomes(Source.POINTS, body, columns={"speed": "lat"})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",51.51,-0.13", Reason.MISSING_VALUE),
        ("2026-05-16 23:10,,", Reason.BAD_POSITION),
        ("2026-05-16 23:10,-0.13,51.51", Reason.SWAPPED_POSITION),
        ("2026-05-16 23:10,51.51,-190", Reason.OUTSIDE_WORLD),
        ("2026-05-16 23:10,51.51", Reason.RAGGED_ROW),
    ],
)
def test_a_bad_row_is_refused(row: str, reason: Reason) -> None:
    found = outcomes(Source.POINTS, csv_of("time,lat,lon", row, "2026-05-16 23:10,51.51,-0.13"))
    assert kinds(found) == [reason, "read"]
    assert one_letter(found).raw == row.encode()
