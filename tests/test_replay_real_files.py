"""Real files through the command line: every row has a fate, counted beside a plain reading of the same file."""

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely

import nightdesk
from schemas.boundary import area_of
from schemas.reference import load_area
from tests.builders_running import run
from tests.shared_data import shared

pytestmark = pytest.mark.server  # minutes of real data: not for the fast part

STOPS = "police/met_stop_search_inner_london_2016-06_2018-04_to_12.csv.gz"
CHICAGO = "crime/chicago_aggravated_assaults_2010-2017.csv.gz"
EVENTS = "noise/leuven_noise_events_2022_q1-q3.csv.gz"
LEVELS = "noise/leuven_noise_levels_10min_2022_q1-q3.csv.gz"
RAW = "noise/leuven_export41_raw_mp-02.csv"
SENSORS = "noise/leuven_noise_sensors.csv"
WINTER = "lfb/lfb_incidents_2017_jan-mar.csv.gz"
SAMPLE = "lfb/lfb_incidents_2023_sample_a.csv.gz"
THRESHOLD_DB = 80.0


class Replay:
    """`nightdesk replay ... --json` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys, self._patch = capsys, patch

    def __call__(self, *words: str | Path) -> dict[str, Any]:
        self._patch.setattr(sys, "argv", ["nightdesk", "replay", *map(str, words), "--json"])
        with pytest.raises(SystemExit, match=r"^0$"):
            nightdesk.main()
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return found


@pytest.fixture
def replay(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Replay:
    return Replay(capsys, monkeypatch)


@pytest.fixture
def chicago(tmp_path: Path) -> Path:
    """An area without a boundary, wards, cameras or anything but its time."""
    path = tmp_path / "chicago.toml"
    path.write_text('id = "chicago"\nname = "Chicago"\ntime_zone = "America/Chicago"\n')
    return path


@pytest.fixture
def leuven(tmp_path: Path) -> Path:
    """A street of sensors, each a camera under the name that their vendor gives it."""
    with shared(SENSORS).open(newline="") as file:
        sensors = list(csv.DictReader(file))
    cameras = (
        f'[[cameras]]\nid = "mp-{n}"\nname = "Sensor {n}"\nvendor_name = "{sensor["description"]}"\n'
        f"lat = {float(sensor['latitude'])}\nlon = {float(sensor['longitude'])}\n"
        f"[[cameras.thresholds]]\nsince = 2022-01-01\nthreshold_db = {THRESHOLD_DB}\n"
        for n, sensor in enumerate(sensors, start=1)
    )
    (tmp_path / "cameras.toml").write_text("\n".join(cameras))
    path = tmp_path / "leuven.toml"
    path.write_text('id = "leuven"\nname = "Leuven"\ntime_zone = "Europe/Brussels"\ncameras = "cameras.toml"\n')
    return path


def rows_of(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(shared(name), "rt", newline="") as file:
        yield from csv.DictReader(file)


def every_row_has_a_fate(found: dict[str, Any]) -> None:
    fates = found["accepted"] + found["duplicates"] + found["outside"] + sum(found["rejected"].values())
    assert fates == found["read"]
    assert found["late"] == 0


def test_stop_and_search_is_placed_in_the_borough_by_its_points(replay: Replay) -> None:
    area = load_area()
    assert area.outline is not None
    outline = area_of(area.outline)
    shapely.prepare(outline)
    rows = list(rows_of(STOPS))
    inside = [row for row in rows if shapely.intersects_xy(outline, float(row["Longitude"]), float(row["Latitude"]))]
    found = replay("points", shared(STOPS), "--columns", "time=Date,lat=Latitude,lon=Longitude")
    assert (found["read"], found["accepted"], found["duplicates"]) == (len(rows), len(inside), 0)
    assert len({tuple(row.values()) for row in inside}) < len(inside), "identical rows without an id all count"
    assert found["incidents"] == {"other": len(inside)}, "one witness, so that no two of them are one incident"
    every_row_has_a_fate(found)


def test_a_city_without_a_boundary_takes_every_point(replay: Replay, chicago: Path) -> None:
    rows = sum(1 for _ in rows_of(CHICAGO))
    columns = "time=date,lat=latitude,lon=longitude"
    found = replay("points", shared(CHICAGO), "--area", chicago, "--columns", columns)
    assert (found["read"], found["accepted"], found["outside"], found["rejected"]) == (rows, rows, 0, {})
    assert found["nights"] == 836
    every_row_has_a_fate(found)


def test_noise_triggers_are_all_kept_and_the_loud_ones_are_incidents(replay: Replay, leuven: Path) -> None:
    rows = list(rows_of(EVENTS))
    loud = [row for row in rows if row["lamax"] and float(row["lamax"]) >= THRESHOLD_DB]
    assert sum(not row["lamax"] for row in rows) > 1_000, "triggers without a level"
    found = replay("noise", shared(EVENTS), "--area", leuven)
    assert (found["read"], found["accepted"], found["duplicates"]) == (len(rows), len(rows), 0)
    assert found["incidents"] == {"noise": len(loud)}
    every_row_has_a_fate(found)


def test_noise_levels_are_signs_of_life_but_for_the_hour_that_the_clocks_leave_out(
    replay: Replay, leuven: Path
) -> None:
    skipped = sum(row["result_timestamp"].startswith("2022-03-27 02:") for row in rows_of(LEVELS))
    found = replay("noise", shared(LEVELS), "--area", leuven)
    assert found["rejected"] == {"not_local_time": skipped}
    assert found["incidents"] == {}
    every_row_has_a_fate(found)


def test_triggers_levels_and_the_raw_export_merge_into_one_replay(replay: Replay, leuven: Path, tmp_path: Path) -> None:
    files = [shared(EVENTS), shared(RAW), shared(LEVELS)]
    apart = [replay("noise", file, "--area", leuven) for file in files]
    together = replay("noise", *files, "--area", leuven)
    assert together["read"] == sum(one["read"] for one in apart)
    assert together["accepted"] + together["duplicates"] == sum(one["accepted"] for one in apart)
    every_row_has_a_fate(together)


@pytest.mark.server
@pytest.mark.parametrize(
    ("name", "read", "accepted", "incidents"),
    [
        (
            WINTER,
            23_505,
            1_815,
            {"automatic_fire_alarm": 1_094, "special_service": 369, "fire": 204, "false_alarm": 148},
        ),
        (SAMPLE, 10_000, 710, {"automatic_fire_alarm": 411, "special_service": 190, "fire": 59, "false_alarm": 50}),
    ],
)
def test_the_brigade_s_calls_come_to_the_same_on_both_engines_under_any_hash_seed(
    tmp_path: Path, name: str, read: int, accepted: int, incidents: dict[str, int]
) -> None:
    results = []
    for seed, engine in enumerate((["memory"], ["memory"], ["embedded", "--data", str(tmp_path / "var")])):
        words = ["replay", "lfb", str(shared(name)), "--engine", *engine, "--json"]
        code, out, err = run(*words, environ={"PYTHONHASHSEED": str(seed)})
        assert code == 0, err
        results.append(json.loads(out))
    assert len({result["digest"] for result in results}) == 1
    for found in results:
        assert (found["read"], found["accepted"], found["outside"]) == (read, accepted, read - accepted)
        assert found["incidents"] == incidents
        every_row_has_a_fate(found)


def test_the_first_and_last_stop_of_a_night_are_of_that_night(replay: Replay) -> None:
    """UTC minutes in the file, an operating night on London's clock."""
    area = load_area()
    assert area.outline is not None
    outline = area_of(area.outline)
    opens, closes = datetime(2018, 7, 6, 17, tzinfo=UTC), datetime(2018, 7, 7, 5, tzinfo=UTC)
    wanted = [
        row
        for row in rows_of(STOPS)
        if opens <= datetime.fromisoformat(row["Date"]) < closes
        and shapely.intersects_xy(outline, float(row["Longitude"]), float(row["Latitude"]))
    ]
    columns = "time=Date,lat=Latitude,lon=Longitude"
    found = replay("points", shared(STOPS), "--columns", columns, "--night", "2018-07-06")
    assert (found["accepted"], found["nights"]) == (len(wanted), 1)
    assert len(wanted) >= 10
