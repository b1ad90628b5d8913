"""The Fire Brigade's calls: both schemas, the brigade's classes, three ways to say where."""

import pytest

from ingest.context import context_for
from ingest.outcomes import Outside
from ingest.sources.lfb import PUBLIC_2017, LfbCalls
from schemas.categories import Category
from schemas.dead_letters import Reason
from schemas.feeds import LfbCall, Source
from schemas.geo import wgs84_of_grid
from schemas.times import rfc3339
from tests.builders_area import an_area
from tests.builders_ingest import LFB_2017, LFB_DATASTORE, Kept, csv_of, kinds, lfb_row, one_letter, outcomes, records


def call(**changes: str) -> LfbCall:
    (record,) = records(Source.LFB, csv_of(LFB_2017, lfb_row(**changes)))
    assert isinstance(record, LfbCall)
    return record


def test_a_call_is_read_with_its_exact_position() -> None:
    read = call()
    assert (read.lat, read.lon) == wgs84_of_grid(529500.0, 180500.0)
    assert read == LfbCall(
        source_id="000001-01012017",
        category=Category.AUTOMATIC_FIRE_ALARM,
        occurred_at=1_483_229_067_000,
        received_at=1_483_229_067_000,
        lat=read.lat,
        lon=read.lon,
        borough_code="E09000033",
    )


@pytest.mark.parametrize("absent", ["", "0", "0.0"])
def test_without_an_exact_position_the_rounded_one_is_used(absent: str) -> None:
    read = call(easting_m=absent, northing_m=absent)
    assert (read.lat, read.lon) == wgs84_of_grid(529550, 180550)


@pytest.mark.parametrize(
    ("group", "stop_code", "category"),
    [
        ("False Alarm", "AFA", Category.AUTOMATIC_FIRE_ALARM),
        ("False Alarm", "False alarm - Good intent", Category.FALSE_ALARM),
        ("False Alarm", "False alarm - Malicious", Category.FALSE_ALARM),
        ("Fire", "Primary Fire", Category.FIRE),
        ("Fire", "Chimney Fire", Category.FIRE),
        ("Special Service", "Flood call attended - Batch mobilised", Category.SPECIAL_SERVICE),
        ("special service ", "", Category.SPECIAL_SERVICE),
    ],
)
def test_the_category_is_the_brigade_s_own_class(group: str, stop_code: str, category: Category) -> None:
    assert call(incident_group=group, stop_code_description=stop_code).category is category


def test_the_datastore_s_schema_with_its_old_dates_and_no_grid_position() -> None:
    body = csv_of(
        LFB_DATASTORE,
        "235138081,01 Jul 2009,00:00:37,Special Service,Special Service,E09000033,,,528650,176850,51.4758,-0.1489,255",
        "1091,2023-07-01,00:00:46,Fire,Late Call,E09000033,530485.0,179007.0,530450,179050,0.0,0.0,255",
        "1092,01/07/2023,00:00:46,Fire,Late Call,E09000033,,,530450,179050,0,0,255",
    )
    first, second, third = records(Source.LFB, body)
    assert isinstance(first, LfbCall)
    assert isinstance(second, LfbCall)
    assert isinstance(third, LfbCall)
    assert (rfc3339(first.occurred_at), first.lat) == ("2009-06-30T23:00:37.000Z", 51.4758)
    assert (second.lat, second.lon) == wgs84_of_grid(530485, 179007), "0.0, 0.0 is no position"
    assert (third.lat, third.lon) == wgs84_of_grid(530450, 179050)


def test_the_pound_sign_of_a_windows_file_harms_nothing() -> None:
    row = "1,2023-07-01,00:00:46,Fire,Late Call,E09000033,530485.0,179007.0,530450,179050,,,255"
    body = csv_of(LFB_DATASTORE, row, end="\r\n").decode().encode("cp1252")
    assert len(records(Source.LFB, body)) == 1


def test_a_call_of_another_borough_is_outside_and_not_read_further() -> None:
    body = csv_of(LFB_2017, lfb_row(), lfb_row(borough_code="E09000012", date_of_call="rubbish"))
    assert outcomes(Source.LFB, body)[1] == Outside(position=2)


def test_a_call_without_a_borough_code_and_an_area_without_one_leave_it_to_the_point() -> None:
    assert call(borough_code="").borough_code is None
    elsewhere = csv_of(LFB_2017, lfb_row(borough_code="E09000012"))
    assert len(records(Source.LFB, elsewhere, area=an_area(borough_code=None))) == 1


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"incident_number": ""}, Reason.MISSING_VALUE, "incident_number"),
        ({"date_of_call": "soon"}, Reason.BAD_TIME, "date_of_call"),
        ({"time_of_call": "25:00:00"}, Reason.BAD_TIME, "time_of_call"),
        ({"date_of_call": "2017-03-26", "time_of_call": "01:30:00"}, Reason.NOT_LOCAL_TIME, "time_of_call"),
        ({"incident_group": "Circus", "stop_code_description": ""}, Reason.UNKNOWN_CATEGORY, "incident_group"),
        ({"incident_group": "", "stop_code_description": ""}, Reason.MISSING_VALUE, "incident_group"),
        ({"easting_m": "9999999"}, Reason.OUTSIDE_WORLD, "easting_m"),
        ({"easting_m": "east"}, Reason.BAD_NUMBER, "easting_m"),
        ({"easting_m": "", "easting_rounded": ""}, Reason.BAD_POSITION, "easting_rounded"),
        ({"easting_m": "", "northing_rounded": "-5"}, Reason.OUTSIDE_WORLD, "northing_rounded"),
    ],
)
def test_a_bad_call_is_refused_by_field_and_reason(changes: dict[str, str], reason: Reason, field: str) -> None:
    found = outcomes(Source.LFB, csv_of(LFB_2017, lfb_row(), lfb_row(**changes), lfb_row()))
    assert kinds(found) == ["read", reason, "read"]
    letter = one_letter(found)
    assert (letter.field, letter.line, letter.position) == (field, 3, 2)


def test_the_repeated_hour_follows_the_order_of_the_calls() -> None:
    times = ["00:59:00", "01:20:00", "01:58:00", "01:03:00", "02:00:00"]
    rows = [lfb_row(incident_number=str(n), date_of_call="2017-10-29", time_of_call=t) for n, t in enumerate(times)]
    read = records(Source.LFB, csv_of(LFB_2017, *rows))
    at = [(rfc3339(r.occurred_at)[11:16], r.ambiguous_time) for r in read if isinstance(r, LfbCall)]
    assert at == [("23:59", False), ("00:20", True), ("00:58", True), ("01:03", False), ("02:00", False)]


def test_dates_and_classes_are_remembered_within_bounds() -> None:
    calls = LfbCalls(PUBLIC_2017, context_for(an_area(), Kept()))
    for number in range(12_000):
        day, stop_code = f"2017-01-01T{number}", f"Fire {number}"
        row = ("E09000033", "1", day, "00:04:27", "Fire", stop_code, "529500", "180500", "", "", "", "")
        assert calls.parse(row, b"") is not None
        assert len(calls._dates) <= 10_000
        assert len(calls._classes) <= 1_000
