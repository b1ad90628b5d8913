"""Areas from their files: the built-in one, a small one, and every mistake named with its place."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from schemas.categories import Category, Urgency
from schemas.feeds import Source
from schemas.geo import Places
from schemas.policy import CameraThreshold
from schemas.reference import ReferenceFileError, load_area, load_area_file

AREA = """\
id = "town"
name = "Town"
time_zone = "Europe/London"
boundary = "town.geojson"
policy = "policy.toml"
venues = "venues.toml"
cameras = "cameras.toml"
feeds = "feeds.toml"

[wards]
code = "code"
name = "name"

[nights]
weekdays = ["sat", "fri"]
opens = "18:00"
closes = "06:00"
extra_dates = [2026-12-31, "2026-06-27"]

[lattice]
resolution = 10
"""
BOUNDARY = """\
{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"code": "W2", "name": "East"},
 "geometry": {"type": "Polygon", "coordinates": [[[0.1, 51], [0.2, 51], [0.2, 51.1], [0.1, 51.1], [0.1, 51]]]}},
{"type": "Feature", "properties": {"code": "W1", "name": "West"},
 "geometry": {"type": "Polygon", "coordinates": [[[0.0, 51], [0.1, 51], [0.1, 51.1], [0.0, 51.1], [0.0, 51]]]}}
]}
"""
VENUES = """\
# two venues

[[venues]]
id = "one"
name = "The One"
kind = "pub"
lat = 51.05
lon = 0.05

[[venues]]
id = "two"
name = "The Two"
kind = "bar"
lat = 51.05
lon = 0.15
made_up = true
"""
CAMERAS = """\
[[cameras]]
id = "high-street"
name = "High Street"
vendor_name = "HS-01"
lat = 51.05
lon = 0.05

[[cameras.thresholds]]
since = 2024-01-01
threshold_db = 78.0

[[cameras.thresholds]]
since = 2022-01-01
until = 2023-06-30
threshold_db = 80

[[cameras]]
id = "mill-lane"
name = "Mill Lane"
vendor_name = "ML-01"
lat = 51.05
lon = 0.06

[[cameras.thresholds]]
since = 2022-01-01
threshold_db = 85
"""
FEEDS = f"""\
[[feeds]]
source = "noise"
heartbeat_s = 600
sensors = ["high-street"]
first_rates = {[6.0] * 24}

[[feeds]]
source = "lfb"
first_rates = {[1] * 24}
"""
POLICY = """\
late_after_minutes = 15
remembered_days = 92
past_nights = 8
past_nights_least = 4
quiet_chance = 0.1
blind_chance = 0.001
heartbeats_missed = 3
""" + "".join(
    [f'\n[[fusion]]\nsince = 2000-01-01\nof = "{of}"\nmetres = 30\nminutes = 10\n' for of in (*Urgency, "fire")]
    + [f'\n[[harm]]\nsince = 2000-01-01\ncategory = "{category}"\nweight = 9\n' for category in Category]
)
BUILT_IN = Path(load_area.__code__.co_filename).parent / "reference"
FILES: dict[str, str] = {
    "town.toml": AREA,
    "town.geojson": BOUNDARY,
    "policy.toml": POLICY,
    "venues.toml": VENUES,
    "cameras.toml": CAMERAS,
    "feeds.toml": FEEDS,
}
Town = Callable[..., Path]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Writes the town's files, one of them with a text replaced; gives the folder."""

    def write(file: str = "town.toml", old: str = "", new: str = "") -> Path:
        for name, body in FILES.items():
            assert name != file or old in body
            (tmp_path / name).write_text(body.replace(old, new, 1) if name == file else body)
        return tmp_path

    return write


def test_westminster_is_built_in() -> None:
    area = load_area()
    assert (area.id, area.borough, area.time_zone, area.resolution) == (
        "westminster",
        "E09000033",
        "Europe/London",
        11,
    )
    assert len(area.wards) == 18
    assert {"West End", "St James's"} < {ward.name for ward in area.wards}
    assert {camera.vendor_name for camera in area.cameras.values()} == {"Pall Mall 01", "Exhibition Road 01"}
    assert (len(area.havens), len(area.teams)) == (12, 6)
    assert {rate.source for rate in area.policy.feeds} == set(Source) - {Source.POINTS}


def test_what_is_not_public_in_westminster_is_marked_made_up() -> None:
    area = load_area()
    assert all(venue.made_up for venue in area.venues.values())
    assert all(haven.made_up for haven in area.havens.values())
    assert all(team.made_up for team in area.teams.values())


def test_westminsters_venues_stand_in_every_ward_most_of_them_in_the_west_end_and_st_jamess() -> None:
    area = load_area()
    places = Places(area)
    wards = [places.place(venue.lat, venue.lon).ward for venue in area.venues.values()]
    centre = {ward.code for ward in area.wards if ward.name in ("West End", "St James's")}
    assert set(wards) == {ward.code for ward in area.wards}
    assert sum(ward in centre for ward in wards) > len(wards) / 2


def test_the_boundary_names_its_licence() -> None:
    assert "Open Government Licence v3.0" in (BUILT_IN / "westminster_wards.geojson").read_text()


def test_fusion_distances_are_those_of_the_architecture() -> None:
    rules = {(rule.urgency, rule.fire_group): (rule.metres, rule.minutes) for rule in load_area().policy.fusion}
    assert rules == {
        (Urgency.LIFE_RISK, False): (75, 15),
        (Urgency.SAFETY, False): (75, 15),
        (Urgency.LIFE_RISK, True): (100, 30),
        (Urgency.PROTECTIVE, False): (30, 10),
        (Urgency.OTHER, False): (30, 10),
    }


def test_each_category_has_a_harm_weight_of_its_own() -> None:
    weights = {weight.category: weight.weight for weight in load_area().policy.harm}
    assert set(weights) == set(Category)
    assert len(set(weights.values())) == len(Category)


def test_a_town_is_read_from_its_folder_by_name(town: Town) -> None:
    area = load_area("town", town())
    assert area.borough == area.id == area.policy.area == area.policy.borough == "town"
    assert [ward.code for ward in area.wards] == ["W1", "W2"]
    assert area.nights.weekdays == (4, 5)
    assert area.nights.extra_dates == (date(2026, 6, 27), date(2026, 12, 31))
    assert area.policy.nights == area.nights
    assert [venue.made_up for venue in area.venues.values()] == [False, True]
    assert not area.havens
    assert not area.teams
    assert [rate.source for rate in area.policy.feeds] == [Source.LFB, Source.NOISE]


def test_thresholds_stand_oldest_first_with_their_camera(town: Town) -> None:
    policy = load_area("town", town()).policy
    assert policy.cameras == (
        CameraThreshold(since=date(2022, 1, 1), until=date(2023, 6, 30), camera="high-street", threshold_db=80.0),
        CameraThreshold(since=date(2024, 1, 1), camera="high-street", threshold_db=78.0),
        CameraThreshold(since=date(2022, 1, 1), camera="mill-lane", threshold_db=85.0),
    )


def test_an_area_may_have_nothing_but_a_name_and_a_clock(tmp_path: Path) -> None:
    file = tmp_path / "chicago.toml"
    file.write_text('id = "chicago"\nname = "Chicago"\ntime_zone = "America/Chicago"\n')
    area = load_area_file(file)
    assert (area.outline, area.wards, area.venues, area.policy.feeds, area.policy.cameras) == (None, (), {}, (), ())
    assert area.policy.fusion == load_area().policy.fusion
    assert (area.nights.weekdays, area.nights.opens, area.nights.closes) == ((4, 5), time(18), time(6))
    assert area.resolution == 11


# file, what stands there, what stands there instead -> line, key, rule
@pytest.mark.parametrize(
    ("file", "old", "new", "line", "key", "rule"),
    [
        ("town.toml", 'id = "town"', 'id = "to wn"', 1, "id", "letters, digits"),
        ("town.toml", 'id = "town"\n', "", 1, "id", "is missing"),
        ("town.toml", 'name = "Town"', "name = 7", 2, "name", "must be a text"),
        ("town.toml", "Europe/London", "Europe/Londn", 3, "time_zone", "not a time zone"),
        ("town.toml", "town.geojson", "../town.geojson", 4, "boundary", "a file beside this one"),
        ("town.toml", "feeds =", "fedes =", 8, "fedes", "not known here; known are id, name"),
        ("town.toml", "[wards]", "[ward]", 10, "ward", "not known here"),
        ("town.toml", 'code = "code"', 'codes = "code"', 11, "wards.codes", "not known here"),
        ("town.toml", 'boundary = "town.geojson"\n', "", 9, "wards", "has no boundary"),
        ("town.toml", '"fri"]', '"friday"]', 15, "nights.weekdays", "'friday' is not one of mon"),
        ("town.toml", '["sat", "fri"]', '"sat"', 15, "nights.weekdays", "must be a list"),
        ("town.toml", '"18:00"', '"18:10"', 16, "nights.opens", "quarter hour"),
        ("town.toml", '"18:00"', '"24:00"', 16, "nights.opens", "quarter hour"),
        ("town.toml", '"06:00"', '"18:00"', 17, "nights.closes", "must differ from opens"),
        ("town.toml", "2026-12-31", '"31/12/2026"', 18, "nights.extra_dates", "is not a date"),
        ("town.toml", "2026-12-31", "2026-12-31T18:00:00", 18, "nights.extra_dates", "is not a date"),
        ("town.toml", "2026-12-31", "5", 18, "nights.extra_dates", "5 is not a date"),
        ("town.toml", "resolution = 10", "resolution = 16", 21, "lattice.resolution", "between 8 and 13"),
        ("town.toml", "resolution = 10", "resolution = 10.5", 21, "lattice.resolution", "a whole number"),
        ("venues.toml", 'kind = "bar"', 'kind = ""', 13, "venues.1.kind", "1 to 120 characters"),
        ("venues.toml", 'id = "two"', 'id = "one"', 11, "venues.1.id", "stands twice"),
        ("venues.toml", "lat = 51.05", "lat = 95.0", 7, "venues.0.lat", "between -90 and 90"),
        ("venues.toml", "lat = 51.05", "lat = nan", 7, "venues.0.lat", "must be a number"),
        ("venues.toml", "lat = 51.05", "lat = true", 7, "venues.0.lat", "must be a number"),
        ("venues.toml", "lat = 51.05", "lat = 51.2", 7, "venues.0.lat", "lies 11,120 m outside the boundary"),
        ("venues.toml", "made_up = true", 'made_up = "yes"', 16, "venues.1.made_up", "true or false"),
        ("venues.toml", "made_up = true", "made = true", 16, "venues.1.made", "not known here"),
        ("venues.toml", '[[venues]]\nid = "two"', '[[bars]]\nid = "two"', 10, "bars", "not known here"),
        ("cameras.toml", "lon = 0.06", "lon = 9.0", 21, "cameras.1.lat", "outside the boundary"),
        ("cameras.toml", '"ML-01"', '"HS-01"', 20, "cameras.1.vendor_name", "stands twice, spaces apart"),
        ("cameras.toml", '"ML-01"', '" HS-01 "', 20, "cameras.1.vendor_name", "stands twice, spaces apart"),
        ("cameras.toml", "2023-06-30", "2021-06-30", 14, "cameras.0.thresholds.1.until", "before since, 2022-01-01"),
        ("cameras.toml", "since = 2024-01-01", "since = 2022-01-01", 13, "cameras.0.thresholds.1.since", "two rules"),
        (
            "cameras.toml",
            "threshold_db = 85",
            "threshold_db = 850",
            26,
            "cameras.1.thresholds.0.threshold_db",
            "30 and",
        ),
        ("feeds.toml", '"lfb"', '"lbf"', 8, "feeds.1.source", "must be one of lfb, sbn"),
        ("feeds.toml", '"lfb"', '"noise"', 8, "feeds.1.source", "stands twice"),
        ("feeds.toml", '"high-street"', '"low-street"', 4, "feeds.0.sensors", "'low-street' is not the id of a camera"),
        ("feeds.toml", '"high-street"', '"high-street", "high-street"', 4, "feeds.0.sensors", "a sensor twice"),
        ("feeds.toml", "heartbeat_s = 600", "heartbeat_s = 0", 3, "feeds.0.heartbeat_s", "between 1 and 86400"),
        ("feeds.toml", "6.0, ", "", 5, "feeds.0.first_rates", "must be 24 numbers"),
        ("feeds.toml", "6.0, ", "-6.0, ", 5, "feeds.0.first_rates", "must be 24 numbers"),
        ("policy.toml", "late_after_minutes = 15", "late_after_minutes = 0", 1, "late_after_minutes", "1 and 1440"),
        ("policy.toml", "past_nights_least = 4", "past_nights_least = 9", 4, "past_nights_least", "1 and 8"),
        ("policy.toml", "blind_chance = 0.001", "blind_chance = 0.2", 6, "blind_chance", "1e-09 and 0.1"),
        ("policy.toml", 'of = "protective"', 'of = "odd"', 23, "fusion.2.of", "must be one of life_risk"),
        ("policy.toml", 'of = "protective"', 'of = "other"', 28, "fusion.3.since", "begin on this date"),
        ("policy.toml", "since = 2000-01-01", "since = 2000-13-01", 10, "", "is not TOML"),
        ("policy.toml", "since = 2000-01-01", 'since = "2000-01-01"', 10, "fusion.0.since", "must be a date"),
        ("policy.toml", 'category = "noise"', 'category = "nosie"', 131, "harm.18.category", "must be one of"),
        ("policy.toml", 'category = "noise"', 'category = "asb"', 130, "harm.18.since", "begin on this date"),
        ("policy.toml", "weight = 9", "weight = -1", 42, "harm.0.weight", "between 0 and 1000"),
    ],
)
def test_a_mistake_is_refused_with_its_place(
    town: Town, file: str, old: str, new: str, line: int, key: str, rule: str
) -> None:
    folder = town(file, old, new)
    with pytest.raises(ReferenceFileError) as refused:
        load_area("town", folder)
    said = str(refused.value)
    assert rule in said
    assert (refused.value.file.name, refused.value.line, refused.value.key) == (file, line, key)
    assert said.startswith(f"{folder / file}:{line}: {key}")


@pytest.mark.parametrize(("what", "named"), [("fusion", "fire"), ("harm", "hidden_harm")])
def test_a_rule_that_is_missing_for_all_dates_is_refused_by_name(town: Town, what: str, named: str) -> None:
    start = FILES["policy.toml"].index(f'"{named}"')
    block = FILES["policy.toml"].rindex(f"[[{what}]]", 0, start)
    end = FILES["policy.toml"].index("\n\n", start)
    folder = town("policy.toml", FILES["policy.toml"][block:end], "")
    with pytest.raises(ReferenceFileError, match=f"{what}.*has no rule where .* is {named}"):
        load_area("town", folder)


def test_a_file_that_is_not_there_is_refused_by_name(town: Town, tmp_path: Path) -> None:
    town()
    (tmp_path / "venues.toml").unlink()
    with pytest.raises(ReferenceFileError, match=r"venues\.toml: cannot be read"):
        load_area("town", tmp_path)
    with pytest.raises(ReferenceFileError, match=r"nowhere\.toml: cannot be read"):
        load_area("nowhere", tmp_path)


@pytest.mark.parametrize("name", ["", "../town", "a/b", "town.toml", "."])
def test_a_name_that_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReferenceFileError, match="must be letters, digits"):
        load_area(name, tmp_path)


def test_the_night_stars_are_judged_on_operating_nights_only() -> None:
    feeds = {rate.source.value: rate.nights_only for rate in load_area().policy.feeds}
    assert feeds == {"lfb": False, "sbn": False, "nightstars": True, "noise": False}
