"""Headers: which shape they have, what they lack, and columns under other names."""

import pytest

from ingest.columns import Layout, Shape, check_columns, read_header, write_row
from ingest.outcomes import Broken

LAYOUTS = [
    Layout(
        shape=Shape(name="times", required=("time", "lat", "lon"), optional=("id",)), parse=lambda values, raw: None
    ),
    Layout(shape=Shape(name="levels", required=("sensor", "stamp", "Level")), parse=lambda values, raw: None),
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_under_which_the_header_is_known(delimiter: str) -> None:
    header = read_header(delimiter.join(("lon", "id", "lat", "time")).encode(), LAYOUTS, {})
    assert header.delimiter == delimiter
    assert header.pick(["1", "2", "3", "4", ""]) == ("4", "3", "1", "2")


def test_case_spaces_and_quotes_round_a_name_do_not_matter() -> None:
    header = read_header(b' "TIME" , Lat,LON', LAYOUTS, {})
    assert header.pick(["t", "a", "o", ""]) == ("t", "a", "o", "")


def test_an_unknown_header_names_what_was_expected_of_each_shape() -> None:
    with pytest.raises(Broken, match=r"unknown header; expected times \(time, lat, lon\) or levels \(sensor, stamp"):
        read_header(b"what,is,this", LAYOUTS, {})


def test_a_missing_column_is_named_with_the_shape_that_it_misses_from() -> None:
    with pytest.raises(Broken, match="no column Level, which levels must have"):
        read_header(b"sensor,stamp,lat", LAYOUTS, {})


def test_a_column_that_is_there_twice_is_refused_when_it_is_read_and_ignored_when_not() -> None:
    with pytest.raises(Broken, match="the column lat more than once"):
        read_header(b"time,lat,lon,lat", LAYOUTS, {})
    assert read_header(b"time,lat,lon,x,x", LAYOUTS, {}).width == 5


def test_a_column_map_renames_and_what_had_the_name_steps_aside() -> None:
    header = read_header(b"time,When,Y,X", LAYOUTS, {"time": "When", "lat": "Y", "lon": "X"})
    assert header.pick(["old", "t", "a", "o", ""]) == ("t", "a", "o", "")
    assert header.canonical == b"time (not mapped),time,lat,lon"


def test_a_mapped_column_that_is_not_there_is_named_as_the_vendor_would() -> None:
    with pytest.raises(Broken, match="no column When, which times"):
        read_header(b"y,x,lat,lon", LAYOUTS, {"time": "When"})


def test_a_column_map_of_something_that_is_not_read_is_refused() -> None:
    with pytest.raises(Broken, match="'speed', which is not one of time, lat, lon, id, sensor"):
        check_columns({"speed": "v"}, LAYOUTS)


def test_a_row_is_written_so_that_it_reads_back() -> None:
    assert write_row(["a", 'b "c"', "d,e", "f\ng"], ",") == b'a,"b ""c""","d,e","f\ng"'
