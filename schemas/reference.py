"""Areas from their files: parsed and validated at start, each refusal with file, line, key, value and rule."""

import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Final, Protocol, TypeVar

from schemas.area import Area, Camera, Haven, Team, Venue
from schemas.boundary import Boundary, WardProperties, read_boundary
from schemas.geo import Places
from schemas.night import NightRules
from schemas.policy import Policy
from schemas.reference_policy import PolicyFile, read_feeds, read_thresholds
from schemas.retention import read_retention
from schemas.times import zone
from schemas.toml_reader import ReferenceFileError, TomlTable, read_toml

__all__ = ["ReferenceFileError", "load_area", "load_area_file"]

BUILT_IN: Final = Path(__file__).parent / "reference"
_DEFAULT_POLICY: Final = BUILT_IN / "policy.toml"
_DEFAULT_RETENTION: Final = BUILT_IN / "retention.toml"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OUTSIDE_M_MAX: Final = 500.0
"""A venue, haven or camera farther outside the boundary than this is a mistake of its position."""
_KEYS: Final = (
    *("id", "name", "time_zone", "borough_code", "boundary", "wards", "nights", "lattice"),
    *("policy", "venues", "havens", "cameras", "teams", "feeds", "retention"),
)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_Named)


def load_area(name: str = "westminster", folder: Path | None = None) -> Area:
    """The area of `<folder>/<name>.toml`; without a folder, one of the built-in areas."""
    file = (folder or BUILT_IN) / f"{name}.toml"
    if not _NAME.fullmatch(name):
        raise ReferenceFileError(file, None, "area", name, "must be letters, digits, hyphen or underscore")
    return load_area_file(file)


def load_area_file(path: Path) -> Area:
    """The area of one TOML file and the files it names beside it. ReferenceFileError says what is wrong and where."""
    table = read_toml(path)
    table.allow_only(*_KEYS)
    boundary = _boundary(table)
    cameras_table = _beside(table, "cameras")
    cameras = _items(cameras_table, "cameras", _camera)
    rules = _nights(table)
    venues_table, havens_table = _beside(table, "venues"), _beside(table, "havens")
    area = Area(
        id=table.identifier("id"),
        name=table.text("name"),
        time_zone=rules.time_zone,
        borough_code=_optional(table, "borough_code"),
        nights=rules,
        resolution=_resolution(table),
        outline=boundary.outline if boundary else None,
        wards=boundary.wards if boundary else (),
        venues=_items(venues_table, "venues", _venue),
        havens=_items(havens_table, "havens", _haven),
        cameras=cameras,
        teams=_items(_beside(table, "teams"), "teams", _team),
        policy=_policy(table, rules, cameras, cameras_table),
        retention=read_retention(
            _file_beside(table, "retention") if "retention" in table else _DEFAULT_RETENTION, rules.time_zone
        ),
    )
    _refuse_strays(area, venues=venues_table, havens=havens_table, cameras=cameras_table)
    _refuse_shared_names(cameras_table)
    return area


def _nights(table: TomlTable) -> NightRules:
    name = table.text("time_zone")
    try:
        zone(name)
    except ValueError as error:
        raise table.refusal("time_zone", str(error)) from error
    nights = table.table("nights")
    nights.allow_only("weekdays", "opens", "closes", "extra_dates")
    default = NightRules(time_zone=name)
    opens, closes = _clock(nights, "opens", default.opens), _clock(nights, "closes", default.closes)
    if opens == closes:
        raise nights.refusal("closes", "must differ from opens")
    return NightRules(
        time_zone=name,
        weekdays=_weekdays(nights) if "weekdays" in nights else default.weekdays,
        opens=opens,
        closes=closes,
        extra_dates=_dates(nights) if "extra_dates" in nights else (),
    )


def _clock(nights: TomlTable, key: str, default: time) -> time:
    if key not in nights:
        return default
    text = nights.text(key)
    if not re.fullmatch(r"([01]\d|2[0-3]):(00|15|30|45)", text):
        raise nights.refusal(key, "must be a quarter hour of the wall clock, such as 18:00")
    return time.fromisoformat(text)


def _weekdays(nights: TomlTable) -> tuple[int, ...]:
    days = set()
    for word in nights.sequence("weekdays"):
        if word not in _WEEKDAYS:
            raise nights.refusal("weekdays", f"{word!r} is not one of {', '.join(_WEEKDAYS)}")
        days.add(_WEEKDAYS.index(str(word)))
    return tuple(sorted(days))


def _dates(nights: TomlTable) -> tuple[date, ...]:
    dates = set()
    for value in nights.sequence("extra_dates"):
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            day = None
        if type(day) is not date:
            raise nights.refusal("extra_dates", f"{value!r} is not a date, such as 2026-12-31")
        dates.add(day)
    return tuple(sorted(dates))


def _resolution(table: TomlTable) -> int:
    lattice = table.table("lattice")
    lattice.allow_only("resolution")
    return lattice.integer("resolution", 8, 13) if "resolution" in lattice else 11


def _boundary(table: TomlTable) -> Boundary | None:
    wards = table.table("wards")
    wards.allow_only("code", "name")
    if "boundary" not in table:
        if "wards" in table:
            raise table.refusal("wards", "has no boundary to read wards from")
        return None
    properties = WardProperties(code=wards.text("code"), name=wards.text("name")) if "wards" in table else None
    return read_boundary(_file_beside(table, "boundary"), properties)


def _policy(table: TomlTable, rules: NightRules, cameras: dict[str, Camera], camera_table: TomlTable | None) -> Policy:
    policy = PolicyFile(_file_beside(table, "policy") if "policy" in table else _DEFAULT_POLICY)
    tables = camera_table.tables("cameras") if camera_table else ()
    identity = table.identifier("id")
    return Policy(
        area=identity,
        borough=_optional(table, "borough_code") or identity,
        nights=rules,
        fusion=policy.fusion,
        harm=policy.harm,
        cameras=tuple(rule for item in tables for rule in read_thresholds(item, item.identifier("id"))),
        feeds=read_feeds(_file_beside(table, "feeds"), cameras) if "feeds" in table else (),
        **policy.numbers,
    )


def _venue(item: TomlTable) -> Venue:
    item.allow_only("id", "name", "kind", "lat", "lon", "made_up")
    lat, lon = _position(item)
    return Venue(
        id=item.identifier("id"),
        name=item.text("name"),
        kind=item.text("kind"),
        lat=lat,
        lon=lon,
        made_up="made_up" in item and item.flag("made_up"),
    )


def _haven(item: TomlTable) -> Haven:
    item.allow_only("id", "name", "lat", "lon", "places", "made_up")
    lat, lon = _position(item)
    return Haven(
        id=item.identifier("id"),
        name=item.text("name"),
        lat=lat,
        lon=lon,
        places=item.integer("places", 0, 1_000),
        made_up="made_up" in item and item.flag("made_up"),
    )


def _camera(item: TomlTable) -> Camera:
    item.allow_only("id", "name", "vendor_name", "lat", "lon", "thresholds")
    lat, lon = _position(item)
    return Camera(
        id=item.identifier("id"), name=item.text("name"), vendor_name=item.text("vendor_name"), lat=lat, lon=lon
    )


def _team(item: TomlTable) -> Team:
    item.allow_only("id", "name", "made_up")
    made_up = "made_up" in item and item.flag("made_up")
    return Team(id=item.identifier("id"), name=item.text("name"), made_up=made_up)


def _position(item: TomlTable) -> tuple[float, float]:
    return item.number("lat", -90, 90), item.number("lon", -180, 180)


def _items(table: TomlTable | None, key: str, read: Callable[[TomlTable], Item]) -> dict[str, Item]:
    """The items of a file by id, each id once."""
    found: dict[str, Item] = {}
    if table is None:
        return found
    table.allow_only(key)
    for item in table.tables(key):
        record = read(item)
        if record.id in found:
            raise item.refusal("id", "stands twice")
        found[record.id] = record
    return found


def _refuse_strays(area: Area, **tables: TomlTable | None) -> None:
    places = Places(area)
    for key, table in tables.items():
        for item in table.tables(key) if table else ():
            metres = places.metres_outside(*_position(item))
            if metres > _OUTSIDE_M_MAX:
                rule = f"lies {metres:,.0f} m outside the boundary; at most {_OUTSIDE_M_MAX:.0f} m is allowed"
                raise item.refusal("lat", rule)


def _refuse_shared_names(cameras: TomlTable | None) -> None:
    """Vendors are careless with spaces, so spaces do not tell two cameras apart."""
    seen: set[str] = set()
    for item in cameras.tables("cameras") if cameras else ():
        name = " ".join(item.text("vendor_name").split())
        if name in seen:
            raise item.refusal("vendor_name", "stands twice, spaces apart")
        seen.add(name)


def _optional(table: TomlTable, key: str) -> str | None:
    return table.identifier(key) if key in table else None


def _beside(table: TomlTable, key: str) -> TomlTable | None:
    return read_toml(_file_beside(table, key)) if key in table else None


def _file_beside(table: TomlTable, key: str) -> Path:
    name = table.text(key)
    if Path(name).name != name:
        raise table.refusal(key, "must be the name of a file beside this one")
    return table.file.parent / name
