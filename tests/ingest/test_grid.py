"""British National Grid, one at a time and in batches."""

import pytest

from ingest.grid import Grid
from ingest.outcomes import Refusal
from schemas.dead_letters import Reason
from schemas.distance import metres_between


def test_a_known_point_lies_where_the_ordnance_survey_says() -> None:
    # Caister water tower, the worked example of its guide to coordinate systems in Great Britain
    lat, lon = Grid().wgs84(("651409.804", "313177.450"), "east", "north")
    assert metres_between(lat, lon, 52 + 39 / 60 + 28.8282 / 3600, 1 + 42 / 60 + 57.8663 / 3600) < 10


def test_a_batch_gives_what_one_at_a_time_gives() -> None:
    pairs = [(str(529_000 + n * 37), f"{180_000 + n * 11}.0") for n in range(200)]
    ahead = Grid()
    ahead.look_ahead([*pairs, ("", "1"), ("x", "2"), ("-1", "5"), pairs[0]])
    assert [ahead.wgs84(pair, "e", "n") for pair in pairs] == [Grid().wgs84(pair, "e", "n") for pair in pairs]


@pytest.mark.parametrize(
    ("east", "north", "reason"),
    [
        ("700001", "1", Reason.OUTSIDE_WORLD),
        ("1", "-1", Reason.OUTSIDE_WORLD),
        ("0", "5", Reason.OUTSIDE_WORLD),
        ("east", "1", Reason.BAD_NUMBER),
        ("nan", "1", Reason.BAD_NUMBER),
        ("", "1", Reason.MISSING_VALUE),
    ],
)
def test_what_is_off_the_grid_is_refused_even_when_it_was_looked_at_ahead(
    east: str, north: str, reason: Reason
) -> None:
    grid = Grid()
    grid.look_ahead([(east, north)])
    with pytest.raises(Refusal) as caught:
        grid.wgs84((east, north), "easting_m", "northing_m")
    assert caught.value.reason is reason


def test_what_is_remembered_is_bounded() -> None:
    grid = Grid()
    for block in range(12):
        grid.look_ahead([(str(1 + n), str(1 + block)) for n in range(10_000)])
    assert len(grid._known) <= 60_000
