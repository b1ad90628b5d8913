"""A simulated night's files have the vendors' shapes, are in the order of sending, and hold what the truth counts."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ingest.simulate import lfb_shape, noise_shape
from ingest.simulate.night import SOURCES, SimulatedNight, Simulator, simulate, write
from schemas.area import Area
from schemas.categories import Category
from schemas.feeds import Source
from schemas.geo import Places, wgs84_of_grid
from schemas.night import NightCalendar
from schemas.times import HOUR, MINUTE, from_rfc3339, instant, zone
from tests.shared_data import shared

Rows = Callable[[SimulatedNight, str], list[dict[str, str]]]
SATURDAY = date(2026, 5, 16)
LONDON = zone("Europe/London")
SENT_AT = {
    "sbn.ndjson": "reported_at",
    "nightstars.csv": "logged_at",
    "noise_events.csv": "result_timestamp",
    "noise_levels.csv": "result_timestamp",
}


def local(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=LONDON))


def called_at(row: dict[str, str]) -> int:
    return local(f"{_day(row)} {row['TimeOfCall']}")


@pytest.mark.parametrize("name", [*SENT_AT, "lfb.csv"])
def test_rows_are_in_the_order_of_sending(played: SimulatedNight, rows: Rows, name: str) -> None:
    of = rows(played, name)
    sent = [called_at(row) for row in of] if name == "lfb.csv" else [_sent(row, name) for row in of]
    assert len(sent) > 10
    assert all(before <= after for before, after in pairwise(sent))


def test_the_fire_brigades_header_is_the_official_one(played: SimulatedNight) -> None:
    official = shared("lfb/lfb_incident_official_schema_20rows_2009.csv").read_text(encoding="utf-8").splitlines()[0]
    assert played.files["lfb.csv"].decode().splitlines()[0] == official
    assert len(lfb_shape.HEADER) == 39


def test_the_cameras_headers_are_their_vendors() -> None:
    for name, header in (
        ("noise/leuven_noise_events_2022_q1-q3.csv.gz", noise_shape.EVENT_HEADER),
        ("noise/leuven_noise_levels_10min_2022_q1-q3.csv.gz", noise_shape.LEVEL_HEADER),
    ):
        with gzip.open(shared(name), "rt", encoding="utf-8") as file:
            assert file.readline().strip() == ",".join(header)


def test_calls_carry_unique_numbers_and_agreeing_positions(played: SimulatedNight, rows: Rows, area: Area) -> None:
    calls = rows(played, "lfb.csv")
    unique = {row["IncidentNumber"]: row for row in calls}
    assert len(calls) - len(unique) == 1, "one call is sent twice"
    places = Places(area)
    for number, row in unique.items():
        assert number[:6].isdecimal()
        assert number[7:] == _day(row).strftime("%d%m%Y")
        assert abs(int(row["Easting_rounded"]) - float(row["Easting_m"] or row["Easting_rounded"])) <= 50
        if row["Easting_m"]:
            lat, lon = wgs84_of_grid(float(row["Easting_m"]), float(row["Northing_m"]))
            assert abs(lat - float(row["Latitude"])) < 1e-5
            assert abs(lon - float(row["Longitude"])) < 1e-5
            assert places.place(lat, lon).inside is (row["IncGeo_BoroughCode"] == area.borough)
        else:
            assert row["PropertyCategory"] == "Dwelling", "only a home's position is withheld"


def test_a_few_calls_come_from_next_door(played: SimulatedNight, rows: Rows) -> None:
    outside = [row for row in rows(played, "lfb.csv") if row["IncGeo_BoroughCode"] == "E09000007"]
    assert 3 <= len(outside) <= 7
    assert played.truth.outside == len(outside)


def test_truth_counts_what_the_files_hold(played: SimulatedNight, rows: Rows) -> None:
    truth = played.truth
    for name, source in SOURCES.items():
        count = truth.levels if name == "noise_levels.csv" else truth.sent[source]
        assert len(rows(played, name)) == count
    revisable = [("report_id", row) for row in rows(played, "sbn.ndjson")]
    revisable += [("encounter_id", row) for row in rows(played, "nightstars.csv")]
    assert truth.corrections == sum(row["status"] == "corrected" for _, row in revisable) >= 3
    assert truth.withdrawals == sum(row["status"] == "withdrawn" for _, row in revisable) >= 2
    keys = [(row[key], row["revision"]) for key, row in revisable]
    calls = len(rows(played, "lfb.csv")) - len({row["IncidentNumber"] for row in rows(played, "lfb.csv")})
    assert truth.duplicates + truth.retries == len(keys) - len(set(keys)) + calls


def test_every_fault_is_there(played: SimulatedNight) -> None:
    truth = played.truth
    assert min(truth.duplicates, truth.retries, truth.corrections, truth.withdrawals) >= 2
    assert truth.overtaken >= 2, "a correction and a withdrawal arrive before what they revise"
    assert truth.late > truth.very_late >= truth.after_close >= 1


def test_what_stands_is_the_last_revision_of_what_was_not_withdrawn(played: SimulatedNight, rows: Rows) -> None:
    last: dict[str, dict[str, str]] = {}
    for row in rows(played, "sbn.ndjson"):
        if row["report_id"] not in last or int(row["revision"]) > int(last[row["report_id"]]["revision"]):
            last[row["report_id"]] = row
    wanted = {(Source.SBN, key): Category(row["category"]) for key, row in last.items() if row["status"] != "withdrawn"}
    assert {key: value for key, value in played.truth.stands.items() if key[0] is Source.SBN} == wanted
    calls = {row["IncidentNumber"] for row in rows(played, "lfb.csv") if row["IncGeo_BoroughCode"] == "E09000033"}
    assert played.truth.standing(Source.LFB) == len(calls)


def test_reports_name_known_venues_and_teams(played: SimulatedNight, rows: Rows, area: Area) -> None:
    assert {row["venue_id"] for row in rows(played, "sbn.ndjson") if "venue_id" in row} <= set(area.venues)
    assert {row["team_id"] for row in rows(played, "nightstars.csv")} - {""} == set(area.teams)
    names = {camera.vendor_name for camera in area.cameras.values()}
    assert {row["description"] for row in rows(played, "noise_events.csv")} == names


def test_nothing_is_told_before_it_happens(played: SimulatedNight, rows: Rows) -> None:
    for row in rows(played, "sbn.ndjson"):
        assert row["status"] == "withdrawn" or row["occurred_at"] <= row["reported_at"]
    encounters = [row for row in rows(played, "nightstars.csv") if row["status"] != "withdrawn"]
    assert all(row["occurred_at"] <= row["logged_at"] for row in encounters)
    batches = {(row["team_id"], row["logged_at"]) for row in encounters}
    assert len(batches) < 0.9 * len(encounters), "encounters come in batches"


def test_the_cameras_are_silent_for_forty_minutes(played: SimulatedNight, rows: Rows) -> None:
    starts_at = next(beat.at for beat in played.programme if beat.title == "The cameras fall silent")
    sent = [_sent(row, name) for name in ("noise_events.csv", "noise_levels.csv") for row in rows(played, name)]
    assert not [at for at in sent if starts_at <= at < starts_at + 40 * MINUTE]
    assert starts_at + 40 * MINUTE in sent, "the first level after it comes on time"
    assert played.truth.silenced >= 8, "four levels of each of two cameras"


def test_without_the_story_some_feed_falls_silent_at_random(simulator: Simulator) -> None:
    night = simulator.night(SATURDAY, story=False)
    assert night.programme == ()
    assert any(simulator.night(date(2026, 5, day), story=False).truth.silenced for day in (1, 2, 8, 9, 15))


def test_without_faults_every_row_is_new_and_stands(simulator: Simulator, rows: Rows) -> None:
    night = simulator.night(SATURDAY, story=False, faults=False)
    truth = night.truth
    revised = (truth.duplicates, truth.retries, truth.corrections, truth.withdrawals, truth.overtaken, truth.late)
    assert revised == (0,) * 6
    assert truth.silenced == 0
    assert truth.levels == 2 * 72
    assert truth.standing(Source.SBN) == len(rows(night, "sbn.ndjson"))
    faulty = simulator.night(SATURDAY, story=False)
    assert {row["report_id"] for row in rows(faulty, "sbn.ndjson")} <= {
        row["report_id"] for row in rows(night, "sbn.ndjson")
    }, "faults leave what happened as it was"


@pytest.mark.parametrize(("evening", "hours", "levels"), [(date(2026, 3, 28), 11, 66), (date(2026, 10, 24), 13, 78)])
def test_nights_whose_clocks_change(
    simulator: Simulator, rows: Rows, area: Area, evening: date, hours: int, levels: int
) -> None:
    night = NightCalendar(area.nights).night_on(evening)
    assert night is not None
    assert night.closes_at - night.opens_at == hours * HOUR
    simulated = simulator.night(evening, story=False, faults=False)
    assert simulated.truth.levels == 2 * levels
    occurred = [from_rfc3339(row["occurred_at"]) for row in rows(simulated, "sbn.ndjson")]
    assert all(night.opens_at <= at < night.closes_at for at in occurred)
    offsets = {row["occurred_at"][-6:] for row in rows(simulated, "sbn.ndjson")}
    assert offsets == {"+00:00", "+01:00"}
    clocks = [row["result_timestamp"][11:13] for row in rows(simulated, "noise_levels.csv")]
    assert clocks.count("01") == {11: 0, 13: 24}[hours]


def test_the_same_arguments_give_the_same_bytes_and_others_do_not(area: Area, played: SimulatedNight) -> None:
    again = simulate(area, SATURDAY, 7)
    assert again == played
    assert simulate(area, SATURDAY, 8).files != played.files
    assert simulate(area, date(2026, 5, 15), 7).files != played.files


@pytest.mark.server
@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_the_bytes_do_not_depend_on_the_hash_seed(played: SimulatedNight, hash_seed: str) -> None:
    program = (
        "from datetime import date; from hashlib import sha256;"
        "from ingest.simulate.night import simulate; from schemas.reference import load_area;"
        "files = simulate(load_area('westminster'), date(2026, 5, 16), 7).files;"
        "print(sha256(b''.join(files.values())).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=Path(__file__).resolve().parents[3],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == sha256(b"".join(played.files.values())).hexdigest()


def test_files_are_written_where_they_are_asked_for(played: SimulatedNight, tmp_path: Path) -> None:
    paths = write(played, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == list(SOURCES)
    assert {path.name: path.read_bytes() for path in paths} == played.files


def test_an_evening_without_a_night_is_refused(area: Area) -> None:
    with pytest.raises(ValueError, match="2026-05-13 opens no operating night in westminster"):
        simulate(area, date(2026, 5, 13), 1)


@pytest.mark.parametrize("missing", ["venues", "teams", "cameras"])
def test_an_area_without_witnesses_is_refused(area: Area, missing: str) -> None:
    empty: dict[str, Any] = {missing: {}}
    with pytest.raises(ValueError, match=f"it has no {missing}"):
        simulate(replace(area, **empty), SATURDAY, 1)


def test_an_area_without_a_borough_is_refused(area: Area) -> None:
    with pytest.raises(ValueError, match="it has no borough_code"):
        simulate(replace(area, borough_code=None), SATURDAY, 1)


def test_an_area_without_an_outline_lies_round_its_venues(area: Area) -> None:
    night = simulate(replace(area, outline=None, wards=()), SATURDAY, 1)
    assert night.truth.standing(Source.SBN) > 60


def _day(row: dict[str, str]) -> date:
    return datetime.strptime(row["DateOfCall"], "%d %b %Y").replace(tzinfo=UTC).date()


def _sent(row: dict[str, str], name: str) -> int:
    text = row[SENT_AT[name]]
    return from_rfc3339(text) if name == "sbn.ndjson" else local(text)
