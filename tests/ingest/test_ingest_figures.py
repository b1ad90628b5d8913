"""The real files beside the project: every count that is known of them."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.outcomes import Outcome, Outside, Read
from ingest.reading import read
from schemas.area import Area, Camera
from schemas.dead_letters import DeadLetter, Reason
from schemas.feeds import FeedHeartbeat, LfbCall, NoiseTrigger, PointEvent, Source
from schemas.geo import wgs84_of_grid_batch
from schemas.reference import load_area
from tests.builders_area import an_area
from tests.builders_ingest import Kept
from tests.shared_data import shared


def counted(
    source: Source, path: Path, area: Area, columns: Mapping[str, str] | None = None
) -> tuple[Counter[str], list[Outcome]]:
    found = list(read(source, path, area, words=Kept(), columns=columns))
    return Counter(type(outcome).__name__ for outcome in found), found


def classes(found: list[Outcome]) -> dict[str, int]:
    calls = [o.record for o in found if isinstance(o, Read) and isinstance(o.record, LfbCall)]
    return dict(Counter(call.category.value for call in calls))


def leuven() -> Area:
    with shared("noise/leuven_noise_sensors.csv").open() as file:
        cameras = tuple(
            Camera(
                id=f"mp-{number}",
                name=row["description"],
                vendor_name=row["description"],
                lat=float(row["latitude"]),
                lon=float(row["longitude"]),
            )
            for number, row in enumerate(csv.DictReader(file), start=1)
        )
    return an_area(time_zone="Europe/Brussels", borough_code=None, has_outline=False, cameras=cameras)


def test_three_months_of_the_fire_brigade_s_calls() -> None:
    path = shared("lfb/lfb_incidents_2017_jan-mar.csv.gz")
    counts, found = counted(Source.LFB, path, load_area())
    assert counts == {"Read": 1_815, "Outside": 21_690}
    assert classes(found) == {
        "automatic_fire_alarm": 1_094,
        "special_service": 369,
        "fire": 204,
        "false_alarm": 148,
    }


def test_calls_without_an_exact_position_have_their_rounded_one() -> None:
    path = shared("lfb/lfb_incidents_2017_jan-mar.csv.gz")
    _, found = counted(Source.LFB, path, load_area())
    calls = [o.record for o in found if isinstance(o, Read) and isinstance(o.record, LfbCall)]
    # Rounded positions are the middles of squares of 100 m, whose coordinates all end in 50.
    squares = [(east, north) for east in range(522_050, 535_000, 100) for north in range(175_050, 187_000, 100)]
    middles = wgs84_of_grid_batch([east for east, _ in squares], [north for _, north in squares])
    rounded = {(round(lat, 6), round(lon, 6)) for lat, lon in middles}
    assert sum((round(call.lat, 6), round(call.lon, 6)) in rounded for call in calls) == 677


def test_a_sample_of_2023_in_the_datastore_s_schema() -> None:
    counts, found = counted(Source.LFB, shared("lfb/lfb_incidents_2023_sample_a.csv.gz"), load_area())
    assert counts == {"Read": 710, "Outside": 9_290}
    assert classes(found) == {
        "automatic_fire_alarm": 411,
        "special_service": 190,
        "fire": 59,
        "false_alarm": 50,
    }


def test_the_first_rows_of_the_official_file_of_2009() -> None:
    path = shared("lfb/lfb_incident_official_schema_20rows_2009.csv")
    counts, found = counted(Source.LFB, path, replace(load_area(), borough_code=None))
    assert counts == {"Read": 20}
    first = found[0]
    assert isinstance(first, Read)
    assert isinstance(first.record, LfbCall)
    assert first.record.occurred_at == 1_230_768_037_000


def test_stop_and_search_as_points() -> None:
    columns = {"time": "Date", "lat": "Latitude", "lon": "Longitude"}
    path = shared("police/met_stop_search_inner_london_2016-06_2018-04_to_12.csv.gz")
    counts, found = counted(Source.POINTS, path, load_area(), columns)
    assert counts == {"Read": 47_896}
    ids = {o.record.source_id for o in found if isinstance(o, Read) and isinstance(o.record, PointEvent)}
    assert len(ids) == 47_896, "identical rows are each their own"


def test_chicago_s_local_times() -> None:
    columns = {"time": "date", "lat": "latitude", "lon": "longitude"}
    area = an_area(time_zone="America/Chicago", borough_code=None, has_outline=False, cameras=())
    counts, found = counted(Source.POINTS, shared("crime/chicago_aggravated_assaults_2010-2017.csv.gz"), area, columns)
    assert counts == {"Read": 117_875}
    events = [o.record for o in found if isinstance(o, Read) and isinstance(o.record, PointEvent)]
    assert 0 < sum(event.ambiguous_time for event in events) <= 33
    assert len({event.source_id for event in events}) == 117_875


def test_leuven_s_triggers_a_quarter_of_them_without_a_level() -> None:
    counts, found = counted(Source.NOISE, shared("noise/leuven_noise_events_2022_q1-q3.csv.gz"), leuven())
    assert counts == {"Read": 62_171}
    triggers = [o.record for o in found if isinstance(o, Read) and isinstance(o.record, NoiseTrigger)]
    assert sum(trigger.level_db is None for trigger in triggers) == 18_003


def test_leuven_s_levels_whose_vendor_invents_an_hour_that_never_was() -> None:
    counts, found = counted(Source.NOISE, shared("noise/leuven_noise_levels_10min_2022_q1-q3.csv.gz"), leuven())
    assert counts == {"Read": 241_223, "DeadLetter": 36}
    assert all(isinstance(o.record, FeedHeartbeat) for o in found if isinstance(o, Read))
    letters = [o for o in found if isinstance(o, DeadLetter)]
    assert {letter.reason for letter in letters} == {Reason.NOT_LOCAL_TIME}
    assert {(letter.value or "")[:13] for letter in letters} == {"2022-03-27 02"}


def test_leuven_s_raw_export() -> None:
    counts, found = counted(Source.NOISE, shared("noise/leuven_export41_raw_mp-02.csv"), leuven())
    assert counts == {"Read": 4_227}
    assert not any(isinstance(o, Outside) for o in found)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (Source.LFB, "lfb/lfb_mobilisation_official_schema_20rows.csv"),
        (Source.NOISE, "noise/leuven_noise_sensors.csv"),
        (Source.SBN, "noise/nyc_noise_violations_incl_noise_cameras_2025-26.csv"),
    ],
)
def test_another_table_of_the_same_vendor_is_refused(source: Source, name: str) -> None:
    with pytest.raises(Exception, match="unknown header"):
        counted(source, shared(name), leuven())


def test_the_same_triggers_as_json() -> None:
    path = shared("noise/leuven_export41_raw_mp-02.csv")
    with path.open() as file:
        rows = list(csv.DictReader(file, delimiter=";"))[:500]
    body = json.dumps(rows).encode()
    from_csv = [o.record for o in read(Source.NOISE, path, leuven(), words=Kept()) if isinstance(o, Read)][:500]
    from_json = [o.record for o in read(Source.NOISE, io.BytesIO(body), leuven(), words=Kept()) if isinstance(o, Read)]
    stripped = [(r.camera, r.occurred_at) for r in from_csv if isinstance(r, NoiseTrigger)]
    assert stripped == [(r.camera, r.occurred_at) for r in from_json if isinstance(r, NoiseTrigger)]
