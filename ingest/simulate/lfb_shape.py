"""The London Fire Brigade's shape: the London Datastore's 39 columns, one time (the call's), British National Grid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from ingest.simulate.city import City
from ingest.simulate.csv_text import csv_text
from ingest.simulate.messages import Message
from schemas.categories import Category
from schemas.distance import metres_between
from schemas.geo import grid_of_wgs84_batch
from schemas.times import SECOND

HEADER: Final = (
    *("IncidentNumber", "DateOfCall", "CalYear", "TimeOfCall", "HourOfCall", "IncidentGroup", "StopCodeDescription"),
    *("SpecialServiceType", "PropertyCategory", "PropertyType", "AddressQualifier", "Postcode_full"),
    *("Postcode_district", "UPRN", "USRN", "IncGeo_BoroughCode", "IncGeo_BoroughName", "ProperCase"),
    *("IncGeo_WardCode", "IncGeo_WardName", "IncGeo_WardNameNew", "Easting_m", "Northing_m", "Easting_rounded"),
    *("Northing_rounded", "Latitude", "Longitude", "FRS", "IncidentStationGround", "FirstPumpArriving_AttendanceTime"),
    *("FirstPumpArriving_DeployedFromStation", "SecondPumpArriving_AttendanceTime"),
    *("SecondPumpArriving_DeployedFromStation", "NumStationsWithPumpsAttending", "NumPumpsAttending", "PumpCount"),
    *("PumpMinutesRounded", "Notional Cost (£)", "NumCalls"),
)

NEIGHBOUR: Final = ("E09000007", "Camden", "E05013666", "King's Cross")
"""A borough next door and one of its wards: the brigade's file covers all London."""
NEIGHBOUR_POSITION: Final = (51.5300, -0.1215)

_HOME: Final = "Westminster"
_STATIONS: Final = {"Soho": (51.5122, -0.1307), "Paddington": (51.5199, -0.1881), "Euston": (51.5274, -0.1336)}
_OUTDOOR: Final = frozenset({"Small refuse/rubbish container"})
_SERVICE_PLACE: Final = "Purpose built office "
_ROUNDING_M: Final = 100
_GROUPS: Final = {
    Category.AUTOMATIC_FIRE_ALARM: ("False Alarm", "AFA"),
    Category.FALSE_ALARM: ("False Alarm", "False alarm - Good intent"),
    Category.SPECIAL_SERVICE: ("Special Service", "Special Service"),
}


def write_lfb(messages: Sequence[Message], city: City, zone: ZoneInfo) -> bytes:
    """The calls' CSV, in the order given."""
    happenings = [message.happening for message in messages]
    grid = grid_of_wgs84_batch([each.lat for each in happenings], [each.lon for each in happenings])
    names = {ward.code: ward.name for ward in city.area.wards}
    rows = []
    for message, (easting, northing) in zip(messages, grid, strict=True):
        rows.append(_what(message, zone) + _where(message, city, names, easting, northing) + _response(message))
    return csv_text(HEADER, rows)


def _what(message: Message, zone: ZoneInfo) -> list[str]:
    happening = message.happening
    called = datetime.fromtimestamp(happening.at // SECOND, zone)
    group, stop_code = _classes(message)
    service = happening.detail if happening.category is Category.SPECIAL_SERVICE else ""
    return [
        message.source_id,
        f"{called:%d %b %Y}",
        f"{called:%Y}",
        f"{called:%H:%M:%S}",
        str(called.hour),
        group,
        stop_code,
        service,
        *_property(message),
        "Correct incident location",
    ]


def _where(message: Message, city: City, names: dict[str, str], easting: float, northing: float) -> list[str]:
    """Borough, ward and position; a home's exact position is withheld, as the brigade does."""
    happening = message.happening
    if message.outside:
        borough_code, borough, ward_code, ward = NEIGHBOUR
    else:
        borough_code, borough = city.area.borough, _HOME
        ward_code = city.ward(happening.position) or ""
        ward = names.get(ward_code, "")
    withheld = _property(message)[0] == "Dwelling"
    exact = ["", ""] if withheld else [f"{easting:.1f}", f"{northing:.1f}"]
    degrees = ["", ""] if withheld else [f"{happening.lat:.6f}", f"{happening.lon:.6f}"]
    rounded = [str(int(metres // _ROUNDING_M) * _ROUNDING_M + _ROUNDING_M // 2) for metres in (easting, northing)]
    named = [borough_code, borough.upper(), borough, ward_code, ward.upper(), ward.upper()]
    return ["", "", "", "", *named, *exact, *rounded, *degrees]


def _response(message: Message) -> list[str]:
    """Who came: one pump of the nearest station, after four to eight minutes that depend on the call alone."""
    happening = message.happening
    station = min(_STATIONS, key=lambda name: metres_between(*happening.position, *_STATIONS[name]))
    seconds = 240 + happening.at // SECOND % 240
    return ["London", station, f"{seconds}.0", station, "", "", "1.0", "1.0", "1", "60", "388", "1.0"]


def _classes(message: Message) -> tuple[str, str]:
    happening = message.happening
    if happening.category is Category.FIRE:
        return "Fire", "Secondary Fire" if happening.detail in _OUTDOOR else "Primary Fire"
    return _GROUPS[happening.category]


def _property(message: Message) -> tuple[str, str]:
    """The property's category and type."""
    detail = message.happening.detail
    if message.happening.category is Category.SPECIAL_SERVICE or not detail:
        return "Non Residential", _SERVICE_PLACE
    if detail in _OUTDOOR:
        return "Outdoor Structure", detail
    if detail.startswith("Hotel"):
        return "Other Residential", detail
    return ("Dwelling" if "Flats" in detail else "Non Residential"), detail
