"""Acoustic cameras, drawn in time: every trigger is kept, an incident is one at or above the threshold in force."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.policy import CameraThreshold
from tests.builders_night import Night, trigger, westminster

SATURDAY = "2026-05-16"


@pytest.mark.parametrize(("level_db", "incidents"), [(None, 0), (79.9, 0), (80.0, 1), (80.1, 1)])
def test_a_trigger_is_an_incident_at_or_above_the_threshold(level_db: float | None, incidents: int) -> None:
    night = Night(SATURDAY)
    night.at("23:00", trigger(level_db=level_db))
    night.wants("23:01", incidents=incidents, windows={"noise/60": incidents}).because("the order says 80 dB(A)")
    assert night.summary().triggers_below_threshold == 1 - incidents
    assert night.counted("noise").accepted == 1, "kept either way"


def test_before_the_order_nothing_is_an_incident() -> None:
    night = Night("2021-12-31", begins="2021-12-31 17:00")
    night.at("23:59:59", trigger(level_db=120.0))
    night.at("00:00", trigger(level_db=120.0))
    night.wants("00:01", incidents=1).because("the order is in force from midnight of 1 January 2022")


def test_after_the_orders_last_day_nothing_is_an_incident() -> None:
    order = CameraThreshold(since=date(2022, 1, 1), until=date(2026, 5, 16), camera="pall-mall", threshold_db=80.0)
    night = Night(SATURDAY, policy=replace(westminster().policy, cameras=(order,)))
    night.at("23:59:59", trigger(level_db=100))
    night.at("00:00", trigger(level_db=100))
    night.wants("00:01", incidents=1).because("its last day ended at midnight")


def test_a_new_threshold_is_in_force_from_its_day() -> None:
    orders = (
        CameraThreshold(since=date(2026, 5, 17), camera="pall-mall", threshold_db=90.0),
        CameraThreshold(since=date(2022, 1, 1), camera="pall-mall", threshold_db=80.0),
    )
    night = Night(SATURDAY, policy=replace(westminster().policy, cameras=orders))
    night.at("23:59:59", trigger(level_db=85))
    night.at("00:00", trigger(level_db=85))
    night.wants("00:01", incidents=1).because("from Sunday it takes 90")


def test_each_camera_has_its_own_threshold() -> None:
    order = CameraThreshold(since=date(2022, 1, 1), camera="pall-mall", threshold_db=80.0)
    night = Night(SATURDAY, policy=replace(westminster().policy, cameras=(order,)))
    night.at("23:00", trigger("pall-mall", 85), trigger("exhibition-road", 120))
    night.wants("23:01", incidents=1).because("no order covers Exhibition Road")


def test_the_same_trigger_twice_is_one() -> None:
    night = Night(SATURDAY)
    night.at("23:00", replace(trigger(), id="t1"), replace(trigger(), id="t1"))
    night.wants("23:01", incidents=1).because("the vendor sent it twice")
    assert night.counted("noise").duplicates == 1
