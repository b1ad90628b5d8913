"""Positions: on Earth, there, and latitude first."""

import pytest

from ingest.outcomes import Refusal
from ingest.positions import Positions
from schemas.dead_letters import Reason
from tests.builders_area import an_area

HERE = Positions(an_area())


def reason_of(lat: str, lon: str, positions: Positions = HERE) -> Reason:
    with pytest.raises(Refusal) as caught:
        positions.read(lat, lon, "lat", "lon")
    return caught.value.reason


def test_a_position_is_read_near_and_far() -> None:
    assert HERE.read("51.51", "-0.13", "lat", "lon") == (51.51, -0.13)
    assert HERE.read("53.48", "-2.24", "lat", "lon") == (53.48, -2.24), "Manchester is outside, but no mistake"
    assert HERE.read("-33.9", "151.2", "lat", "lon") == (-33.9, 151.2)


@pytest.mark.parametrize(("lat", "lon"), [("91", "0.1"), ("-90.5", "10"), ("10", "180.1"), ("1e9", "1e9")])
def test_what_is_not_on_earth_is_refused(lat: str, lon: str) -> None:
    assert reason_of(lat, lon) is Reason.OUTSIDE_WORLD


def test_null_island_is_no_position_even_where_the_area_is_not_known() -> None:
    assert reason_of("0", "0.0") is Reason.BAD_POSITION
    assert reason_of("-0.0", "0", Positions(an_area(has_outline=False, cameras=()))) is Reason.BAD_POSITION


def test_zero_longitude_alone_is_greenwich() -> None:
    assert HERE.read("51.478", "-0.0", "lat", "lon") == (51.478, 0.0)


def test_swapped_latitude_and_longitude_are_told() -> None:
    with pytest.raises(Refusal) as caught:
        HERE.read("-0.1307", "51.5138", "latitude", "longitude")
    assert caught.value.reason is Reason.SWAPPED_POSITION
    assert "latitude and longitude look swapped" in caught.value.rule


def test_without_a_known_area_nothing_looks_swapped() -> None:
    anywhere = Positions(an_area(has_outline=False, cameras=()))
    assert anywhere.read("-0.1307", "51.5138", "lat", "lon") == (-0.1307, 51.5138)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [("nan", "1"), ("inf", "1"), ("", "1"), ("51.5", ""), ("51,5", "-0.1"), ("5_1", "1"), ("\u0665\u0661", "1")],
)
def test_what_is_no_number_is_no_position(lat: str, lon: str) -> None:
    assert reason_of(lat, lon) is Reason.BAD_POSITION
