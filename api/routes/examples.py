"""What the API's description shows as answers: made-up records, passed through the redactor as real ones are."""

from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from api.reads.rows import encoded
from schemas.audiences import Audience, Role, redact
from schemas.categories import Category, CategoryGroup
from schemas.feeds import Source
from schemas.picture import (
    FeedHealth,
    FeedStatus,
    GroupCount,
    Incident,
    IncidentStatus,
    Kind,
    Member,
    NightStatus,
    NightSummary,
    PictureRecord,
    SensorHealth,
    Window,
)

Json = dict[str, object]

_AT: Final = datetime(2026, 5, 16, 22, 10, tzinfo=UTC)
_KEYS: Final = {
    Kind.INCIDENTS: "4f2a9c1be07d5a36",
    Kind.WINDOWS: "E05013808/theft/60",
    Kind.FEEDS: "noise",
    Kind.NIGHT: "2026-05-16",
}
_MEMBER: Final = Member(
    id="sbn:r-1:0", source=Source.SBN, reporter="venue:blue-door", category=Category.THEFT, severity=2, at=_AT,
    received_at=_AT + timedelta(seconds=40), lat=51.51382, lon=-0.13073,
)  # fmt: skip
_RECORDS: Final[dict[Kind, PictureRecord]] = {
    Kind.INCIDENTS: Incident(
        id=_KEYS[Kind.INCIDENTS], category=Category.THEFT, category_group=CategoryGroup.THEFT, severity=2, at=_AT,
        last_at=_AT, lat=51.51382, lon=-0.13073, ward="E05013808", cell="89195da49a7ffff", night="2026-05-16",
        sources=(Source.SBN,), reporters=("venue:blue-door",), reports=1, status=IncidentStatus.OPEN, late=False,
        outside_wards=False, limit_m=30, limit_s=600, members=(_MEMBER,),
    ),
    Kind.WINDOWS: Window(
        place="E05013808", category_group=CategoryGroup.THEFT, span_minutes=60, count=7, expected=3.0,
        night="2026-05-16", ends_at=_AT,
    ),
    Kind.FEEDS: FeedHealth(
        source=Source.NOISE, status=FeedStatus.LIVE, last_at=_AT, since=_AT - timedelta(hours=5), usual_per_hour=16.0,
        blind_at=_AT + timedelta(minutes=30), heard_tonight=70,
        sensors=(SensorHealth(id="pall-mall", status=FeedStatus.LIVE, last_at=_AT),),
    ),
    Kind.NIGHT: NightSummary(
        night="2026-05-16", status=NightStatus.OPEN, opens_at=_AT - timedelta(hours=5, minutes=10),
        closes_at=_AT + timedelta(hours=6, minutes=50), incidents=20, expected=14.5, reports=26, late=6, corrected=5,
        withdrawn=5, triggers_below_threshold=9,
        groups=(GroupCount(category_group=CategoryGroup.THEFT, count=20, expected=14.5),), blind=(), past_nights=8,
        revision=0,
    ),
}  # fmt: skip


def example(kind: Kind) -> Json:
    """A record of a kind, as operations see it."""
    fields = redact(kind, _RECORDS[kind], Audience(role=Role.OPERATIONS))
    shown: Json = orjson.loads(encoded(fields))
    return shown


def page_example(kind: Kind) -> Json:
    """A page of one."""
    return {"items": [example(kind)], "next": None}


def map_example(kind: Kind) -> Json:
    """The same for a map."""
    point = {"type": "Point", "coordinates": [-0.13073, 51.51382]}
    shape = point if kind is Kind.INCIDENTS else None
    feature = {"type": "Feature", "id": _KEYS[kind], "geometry": shape, "properties": example(kind)}
    return {"type": "FeatureCollection", "features": [feature], "next": None}


def history_example() -> list[Json]:
    """An incident that was withdrawn after five minutes."""
    return [
        {"at": "2026-05-16T22:10:40.000Z", "record": example(Kind.INCIDENTS)},
        {"at": "2026-05-16T22:15:40.000Z", "record": None},
    ]


def picture_example() -> Json:
    """One record of each kind."""
    state = {kind.value: {_KEYS[kind]: example(kind)} for kind in Kind}
    return {"at": "2026-05-16T22:10:00.000Z", "state": state}


def marks_example() -> Json:
    """The first half hour of a night."""
    opens, closes = "2026-05-16T17:00:00.000Z", "2026-05-17T05:00:00.000Z"
    slots = [
        {"from": opens, "incidents": 2, "usual": 1.25},
        {"from": "2026-05-16T17:15:00.000Z", "incidents": 0, "usual": None},
    ]
    return {"night": "2026-05-16", "opens_at": opens, "closes_at": closes, "slots": slots}


CONFIG_EXAMPLE: Final[Json] = {
    "area": {"id": "westminster", "name": "City of Westminster", "time_zone": "Europe/London", "borough": "E09000033"},
    "realm": "live",
    "version": "0.1.0",
    "speed": None,
    "push_url": "wss://desk.example/live",
    "topics": ["westminster/operations"],
    "role": "operations",
    "subject": None,
    "wards": {"E05013808": "West End"},
    "groups": {"theft": {"label": "Theft", "letter": "T"}},
    "categories": {"theft": "Theft"},
    "cameras": {"pall-mall": "Pall Mall"},
    "venues": {"blue-door": "The Blue Door"},
    "teams": {"soho": "Soho"},
    "nights": {"weekdays": ["fri", "sat"], "opens": "18:00", "closes": "06:00", "extra_dates": []},
    "basemap": "/api/v1/basemap",
    "cameras_at": {"pall-mall": {"lat": 51.5062, "lon": -0.1339}},
    "venues_at": {"blue-door": {"lat": 51.51382, "lon": -0.13073}},
}

RECEIPT_EXAMPLE: Final[Json] = {
    "id": "0190b1b0-1111-7abc-8def-123456789abc",
    "status": "received",
    "revision": 0,
    "category": "theft_from_person",
    "severity": 2,
    "help_needed": "none",
    "at": "2026-05-16T22:10:00.000Z",
    "received_at": "2026-05-16T22:10:01.250Z",
    "seen_at": None,
    "incident": _KEYS[Kind.INCIDENTS],
    "unseen_after_s": 60,
    "advice": ["Saved. Not yet seen by anyone. In danger now: call 999."],
}
RECEIPTS_EXAMPLE: Final[Json] = {"items": [RECEIPT_EXAMPLE], "next": None}
BATCH_EXAMPLE: Final[Json] = {
    "items": [
        {"status": 201, "receipt": RECEIPT_EXAMPLE, "type": None, "detail": None},
        {"status": 422, "receipt": None, "type": "/problems/outside_area", "detail": "The position lies outside."},
    ]
}
UPLOADED_EXAMPLE: Final[Json] = {
    "read": 27,
    "accepted": 25,
    "duplicates": 1,
    "outside": 0,
    "rejected": {"bad_value": 1},
    "refused": [{"line": 14, "reason": "bad_value", "field": "severity", "rule": "must be from 1 to 4"}],
    "ended_early": None,
}
SEEN_EXAMPLE: Final[Json] = {"seen_at": "2026-05-16T22:11:20.000Z"}

BASEMAP_EXAMPLE: Final[Json] = {
    "format": 1,
    "credit": ["Schematic map, good to 100 m", "Wards: ONS and OS, © Crown copyright 2022, OGL v3"],
    "schematic": True,
    "layers": {"street": [{"n": "Oxford Street", "k": "major", "g": [[-15900, 5151330, 630, 70, 370, 50]]}]},
    "cells": {"89194ad10c3ffff": [-13810, 5148252, -209, -98, 43, -175, 253, -76, 209, 98, -44, 175, -252, 76]},
}
