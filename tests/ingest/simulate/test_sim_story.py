"""The story plays at its fixed local times, and each scene sends what its line in the programme promises."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from ingest.simulate.night import SimulatedNight, Simulator, simulate
from ingest.simulate.scenario import load_scenario
from schemas.area import Area
from schemas.categories import Category
from schemas.distance import metres_between
from schemas.feeds import Source

Rows = Callable[[SimulatedNight, str], list[dict[str, str]]]


def between(rows: list[dict[str, str]], column: str, first: str, last: str) -> list[dict[str, str]]:
    """Rows whose local clock lies within two times of the same night, both `HH:MM`."""
    day = date(2026, 5, 17 if time.fromisoformat(first) < time(12) else 16)
    start, end = f"{day}T{first}", f"{day}T{last}"
    return [row for row in rows if start <= row.get(column, "").replace(" ", "T")[:16] <= end]


def test_the_programme_is_in_order_and_tells_the_local_clock(played: SimulatedNight) -> None:
    assert list(played.programme) == sorted(played.programme, key=lambda beat: beat.at)
    clocks = {beat.title: beat.clock for beat in played.programme}
    assert clocks["A fight that three sources see"] == "23:10"
    assert clocks["The cameras fall silent"] == "00:50"


def test_three_feeds_see_the_fight(played: SimulatedNight, rows: Rows) -> None:
    door = 51.51378, -0.13086
    businesses = between(rows(played, "sbn.ndjson"), "occurred_at", "23:10", "23:11")
    seen = [row for row in businesses if row["category"] == "serious_violence" and _metres(row, door) < 15]
    assert len({row["venue_id"] for row in seen}) == 2, "two venues, so two witnesses"
    assert {"4", "3"} <= {row["severity"] for row in seen}
    team = [
        row
        for row in between(rows(played, "nightstars.csv"), "occurred_at", "23:11", "23:11")
        if row["kind"] == "fight"
    ]
    assert [row["logged_at"][11:16] for row in team] == ["23:24"]
    calls = [row for row in rows(played, "lfb.csv") if row["SpecialServiceType"] == "Assist other agencies"]
    assert "23:14:40" in {row["TimeOfCall"] for row in calls}


def test_the_spiking_cluster_has_three_venues_within_150_m(played: SimulatedNight, rows: Rows) -> None:
    reports = between(rows(played, "sbn.ndjson"), "occurred_at", "00:05", "00:30")
    square = 51.5105, -0.1300
    spiked = [row for row in reports if row["category"] == "spiking" and _metres(row, square) <= 75]
    assert len({row["venue_id"] for row in spiked}) == 3
    assert any(row["kind"] == "spiked" for row in rows(played, "nightstars.csv"))


def test_the_car_meet_is_a_burst_at_one_camera(played: SimulatedNight, rows: Rows) -> None:
    triggers = between(rows(played, "noise_events.csv"), "result_timestamp", "22:24", "22:48")
    loud = [row for row in triggers if row["description"] == "Exhibition Road 01" and float(row["lamax"] or 0) >= 84]
    assert len(loud) >= 11


def test_the_alarm_storm_is_ten_automatic_alarms_in_22_minutes(played: SimulatedNight, rows: Rows) -> None:
    storm = [
        row
        for row in rows(played, "lfb.csv")
        if row["StopCodeDescription"] == "AFA" and "20:41:00" <= row["TimeOfCall"] <= "21:03:00"
    ]
    assert len(storm) >= 10


def test_one_theft_is_sent_three_times_under_one_id(played: SimulatedNight, rows: Rows) -> None:
    sent = [row for row in rows(played, "sbn.ndjson") if row.get("words", "").startswith("two bottles gone")]
    assert len({row["report_id"] for row in sent}) == 1
    assert [row["revision"] for row in sent] == ["0", "0", "0"]
    assert len({row["reported_at"] for row in sent}) == 3


def test_the_knife_becomes_an_umbrella_and_the_bag_is_found(played: SimulatedNight, rows: Rows) -> None:
    reports = rows(played, "sbn.ndjson")
    knife = next(row["report_id"] for row in reports if row.get("category") == "weapon" and "knife" in row["words"])
    assert [(row["revision"], row["category"]) for row in reports if row["report_id"] == knife] == [
        ("0", "weapon"),
        ("1", "public_order"),
    ]
    assert played.truth.stands[Source.SBN, knife] is Category.PUBLIC_ORDER
    bag = next(row["report_id"] for row in reports if row.get("words") == "bag gone from the booth")
    assert [row["status"] for row in reports if row["report_id"] == bag] == ["new", "withdrawn"]
    assert (Source.SBN, bag) not in played.truth.stands


def test_the_late_batch_arrives_at_once(played: SimulatedNight, rows: Rows) -> None:
    batch = [row for row in rows(played, "nightstars.csv") if row["logged_at"] == "2026-05-17 03:12:00"]
    assert len(batch) == 7


@pytest.mark.parametrize(("evening", "clock"), [(date(2026, 3, 28), "02:50"), (date(2026, 10, 24), "01:50")])
def test_the_story_plays_whole_when_clocks_change(simulator: Simulator, evening: date, clock: str) -> None:
    night = simulator.night(evening)
    clocks = {beat.title: beat.clock for beat in night.programme}
    assert len(clocks) == len(load_scenario().scene) + 1
    assert clocks["A theft taken back"] == clock, "a time that the clock skips comes an hour on"


@pytest.mark.parametrize(
    ("line", "rule"),
    [("at = 12:00:00", "at 12:00 lies outside the night of 2026-05-16"), ("lat = 48.0", "lies outside westminster")],
)
def test_a_scene_that_cannot_play_is_refused(area: Area, tmp_path: Path, line: str, rule: str) -> None:
    lines = {"at": "at = 23:00:00", "lat": "lat = 51.5105", "lon": "lon = -0.13", "title": 'title = "T"'}
    lines |= {"watch": 'watch = "W"', "told": "told = []", line.split(" ", 1)[0]: line}
    file = tmp_path / "mine.toml"
    file.write_text("[[scene]]\n" + "\n".join(lines.values()), encoding="utf-8")
    with pytest.raises(ValueError, match=rule):
        simulate(area, date(2026, 5, 16), 1, load_scenario(file))


def _metres(row: dict[str, str], place: tuple[float, float]) -> float:
    return metres_between(float(row["latitude"]), float(row["longitude"]), *place)
