"""Metres between positions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from schemas.distance import metres_between

LATS, LONS = st.floats(51.4, 51.6), st.floats(-0.3, 0.0)


def test_a_thousandth_of_a_degree_of_latitude_is_111_metres() -> None:
    assert metres_between(51.5, -0.1, 51.501, -0.1) == pytest.approx(111.195, abs=0.001)


def test_a_position_is_no_metres_from_itself() -> None:
    assert metres_between(51.5, -0.1, 51.5, -0.1) == 0.0


@given(LATS, LONS, LATS, LONS)
def test_there_and_back_are_equally_far(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    assert metres_between(lat_a, lon_a, lat_b, lon_b) == metres_between(lat_b, lon_b, lat_a, lon_a)


@given(LATS, LONS, LATS, LONS)
def test_it_is_right_to_centimetres_in_a_kilometre_on_the_sphere_that_it_names(
    lat_a: float, lon_a: float, lat_b: float, lon_b: float
) -> None:
    sphere = Geod(a=6_371_008.8, b=6_371_008.8)
    _, _, metres = sphere.inv(lon_a, lat_a, lon_b, lat_b)
    assert metres_between(lat_a, lon_a, lat_b, lon_b) == pytest.approx(metres, rel=2e-5, abs=0.01)
