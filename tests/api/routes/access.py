"""Who gets what: one row a call, and in it for each role the fields it is shown, or the status it is refused with.

A route that is added needs a row here: a test holds the table against the API's own description.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas.audiences import Role

Fields = frozenset[str]

DESK: Final = (Role.OPERATIONS, Role.LEAD)
FULL: Final = (*DESK, Role.PROTECT, Role.SAFEGUARD)
COUNTS: Final = (*DESK, Role.GROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call, and by role the fields of its answer. `{theft}` in its path is an incident that several reported.
    `{enrolment}` and `{report}` are made for the asking, `{reported}` is an incident that a venue told,
    `{words}` what a report said, `{session}` nobody's.

    Fields are paths through the answer, as `items.members.id`. Roles that are not in `shown` get `refused`; `by_role`
    are those that are refused otherwise. `nobody` is the status without any sign-in.
    """

    call: str
    shown: Mapping[Role, Fields] = field(default_factory=dict)
    refused: int = 403
    by_role: Mapping[Role, int] = field(default_factory=dict)
    nobody: int = 401
    body: object = None
    ok: int = 200


def under(prefix: str, fields: Fields) -> Fields:
    """The same fields inside something."""
    return frozenset({prefix, *(f"{prefix}.{name}" for name in fields)})


def fields(text: str, **parts: Fields) -> Fields:
    """The fields named in a text, and those inside parts."""
    named = frozenset(text.split())
    return named.union(*(under(name, inner) for name, inner in parts.items()))


def among(roles: tuple[Role, ...], shown: Fields) -> dict[Role, Fields]:
    """The same for several roles."""
    return dict.fromkeys(roles, shown)


MEMBER: Final = fields(
    "id source reporter category severity at received_at lat lon metres seconds revision late clock_wrong"
    " ambiguous_time seen_at"
)
INCIDENT: Final = fields(
    "id category category_group severity at last_at lat lon ward cell night sources reporters reports status late"
    " outside_wards limit_m limit_s seen_at",
    members=MEMBER,
)
OWN: Final = fields("id category at status", members=fields("id category severity at received_at revision seen_at"))
STREET: Final = fields("id category at ward lat lon status")
EXISTS: Final = fields("id")
WINDOW: Final = fields("place category_group span_minutes count expected night ends_at")
FEED: Final = fields(
    "source status last_at since usual_per_hour blind_at heard_tonight", sensors=fields("id status last_at")
)
NIGHT: Final = fields(
    "night status opens_at closes_at incidents expected reports late corrected withdrawn triggers_below_threshold"
    " past_nights revision",
    groups=fields("category_group count expected"),
    blind=fields("since until"),
)
MARKS: Final = fields("night opens_at closes_at", slots=fields("from incidents usual"))
KINDS: Final = ("incidents", "windows", "feeds", "night")


def page(record: Fields) -> Fields:
    """A page of records."""
    return under("items", record) | {"next"}


def picture(**kinds: Fields) -> Fields:
    """A picture with these kinds in it, each by its key."""
    state = frozenset(KINDS).union(*(under(kind, under("*", record)) for kind, record in kinds.items()))
    return under("state", state) | {"at"}


CONFIG_AREA: Final = under("area", fields("id name time_zone borough"))
CONFIG: Final = (
    fields("realm version speed push_url topics role subject cameras venues teams cameras_at venues_at basemap")
    | CONFIG_AREA
    | under("wards", fields("*"))
    | under("groups", under("*", fields("label letter")))
    | under("categories", fields("*"))
    | under("nights", fields("weekdays opens closes extra_dates"))
)
BASEMAP: Final = fields("format credit schematic", layers=under("*", fields("g k n")), cells=fields("*"))
POSITIONS: Final = under("*", fields("lat lon"))
NAMES: Final = CONFIG.union(
    *(under(name, fields("*")) for name in ("cameras", "venues", "teams")),
    *(under(name, POSITIONS) for name in ("cameras_at", "venues_at")),
)
OWN_NAME: Final = CONFIG | under("venues", fields("*")) | under("venues_at", POSITIONS)
SEEN: Final = {**among(FULL, INCIDENT), Role.BUSINESS: OWN, Role.NIGHTSTARS: STREET}
WHO: Final = fields("role subject expires_at name has_password")
ENROLMENT: Final = fields("id role subject name state made_at expires_at used_at")
LINE: Final = fields("at action role subject who key_id about supplier purpose")
NOTHING_OPENED: Final = fields("incident items")
OPENED: Final = fields("report ref reporter at text")
KEPT: Final = fields("what about days since held goes_within_7_days goes_next")
RECEIPT: Final = fields(
    "id status revision category severity help_needed at received_at seen_at incident unseen_after_s advice"
)
UPLOADED: Final = fields(
    "read accepted duplicates outside ended_early", rejected=fields("*"), refused=fields("line reason field rule")
)
THEFT: Final = {"category": "theft", "severity": 2, "venue": "blue-door"}
NO_PAGE: Final = fields("items next")
REPORTERS: Final = among((*DESK, Role.BUSINESS), RECEIPT)
MOMENT: Final = "at=2026-05-16T22:30:00Z"

ACCESS: Final = (
    Row(call="POST /api/v1/session", shown=among(tuple(Role), WHO), nobody=401),
    Row(call="GET /api/v1/session", shown=among(tuple(Role), WHO)),
    Row(call="DELETE /api/v1/session", shown=among(tuple(Role), frozenset()), nobody=204, ok=204),
    *(
        Row(call=call, refused=401, body={"new": "three lamps over the door"})  # a key has no session beside it
        for call in (
            *("POST /api/v1/session/password", "GET /api/v1/sessions", "DELETE /api/v1/sessions"),
            "DELETE /api/v1/sessions/{session}",
        )
    ),
    Row(
        call="POST /api/v1/enrolments",
        shown={Role.ADMIN: fields("link", enrolment=ENROLMENT)},
        body={"role": "business", "subject": "blue-door"},
        ok=201,
    ),
    Row(call="GET /api/v1/enrolments", shown={Role.ADMIN: under("items", ENROLMENT)}),
    Row(call="DELETE /api/v1/enrolments/{enrolment}", shown={Role.ADMIN: frozenset()}, ok=204),
    Row(call="GET /api/v1/audit", shown=among((Role.ADMIN, Role.DATAPROTECTION, Role.BUSINESS), page(LINE))),
    Row(
        call="POST /api/v1/incidents/{theft}/words",
        shown={**among((*DESK, Role.BUSINESS), fields("incident", items=OPENED)), Role.NIGHTSTARS: NOTHING_OPENED},
        by_role={Role.PROTECT: 404, Role.SAFEGUARD: 404},
        body={"purpose": "to find who was hurt"},
    ),
    Row(call="DELETE /api/v1/words/{words}", shown={Role.DATAPROTECTION: frozenset()}, ok=204),
    Row(call="GET /api/v1/retention", shown=among(tuple(Role), under("items", KEPT))),
    Row(
        call="GET /api/v1/config",
        shown={**among(tuple(Role), CONFIG), **among(DESK, NAMES), Role.BUSINESS: OWN_NAME},
    ),
    Row(
        call="GET /api/v1/basemap",
        shown=among(tuple(Role), BASEMAP),
    ),
    Row(call="POST /api/v1/reports", shown=REPORTERS, body=THEFT, ok=201),
    Row(call="GET /api/v1/reports", shown={**among(tuple(REPORTERS), page(RECEIPT)), Role.NIGHTSTARS: NO_PAGE}),
    Row(call="GET /api/v1/reports/{report}", shown=REPORTERS, by_role={Role.NIGHTSTARS: 404}),
    Row(
        call="POST /api/v1/reports/{report}/corrections",
        shown=REPORTERS,
        by_role={Role.NIGHTSTARS: 404},
        body={"severity": 3},
        ok=201,
    ),
    Row(
        call="POST /api/v1/reports/{report}/withdrawal",
        shown=REPORTERS,
        by_role={Role.NIGHTSTARS: 404},
        ok=201,
    ),
    Row(
        call="POST /api/v1/encounters",
        shown={Role.NIGHTSTARS: RECEIPT},
        body={"category": "vulnerable_person", "position": {"lat": 51.5136, "lon": -0.1318}, "team": "soho"},
        ok=201,
    ),
    Row(call="POST /api/v1/feeds/{source}", shown={Role.FEED: UPLOADED}, body=[{"report_id": "r-1"}]),
    Row(
        call="POST /api/v1/incidents/{reported}/seen",
        shown=among(DESK, fields("seen_at")),
        by_role={Role.PROTECT: 404, Role.SAFEGUARD: 404},
    ),
    Row(call="GET /api/v1/incidents", shown={role: page(shown) for role, shown in SEEN.items()}),
    Row(call="GET /api/v1/incidents?night=2026-05-16", shown={role: page(shown) for role, shown in SEEN.items()}),
    Row(
        call="GET /api/v1/incidents/{theft}",
        shown={**among(DESK, INCIDENT), Role.BUSINESS: OWN, Role.NIGHTSTARS: STREET, Role.DATAPROTECTION: EXISTS},
        by_role={Role.PROTECT: 404, Role.SAFEGUARD: 404},
    ),
    Row(
        call="GET /api/v1/incidents/{theft}/history",
        shown={
            **among(DESK, fields("at", record=INCIDENT)),
            Role.BUSINESS: fields("at", record=OWN),
            Role.NIGHTSTARS: fields("at", record=STREET),
            Role.DATAPROTECTION: fields("at", record=EXISTS),
        },
        by_role={Role.PROTECT: 404, Role.SAFEGUARD: 404},
    ),
    Row(call="GET /api/v1/windows", shown=among(COUNTS, page(WINDOW))),
    Row(call="GET /api/v1/feeds", shown=among(COUNTS, page(FEED))),
    Row(call="GET /api/v1/nights", shown=among(COUNTS, page(NIGHT))),
    Row(
        call=f"GET /api/v1/picture?{MOMENT}",
        shown={
            **among(DESK, picture(incidents=INCIDENT, windows=WINDOW, feeds=FEED, night=NIGHT)),
            Role.GROUP: picture(windows=WINDOW, feeds=FEED, night=NIGHT),
            Role.PROTECT: picture(incidents=INCIDENT),
            Role.SAFEGUARD: picture(incidents=INCIDENT),
            Role.BUSINESS: picture(incidents=OWN),
            Role.NIGHTSTARS: picture(incidents=STREET),
            Role.DATAPROTECTION: picture(incidents=EXISTS),
        },
    ),
    Row(call="GET /api/v1/picture/marks?night=2026-05-16", shown=among(tuple(SEEN), MARKS)),
    Row(call="GET /healthz", shown=among(tuple(Role), frozenset()), nobody=200),
    Row(call="GET /readyz", shown=among(tuple(Role), frozenset()), nobody=200),
    Row(call="GET /metrics", shown={Role.ADMIN: frozenset()}),
)
