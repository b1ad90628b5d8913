"""Who may see what: every record x field x audience, against a table that says who may."""

from datetime import timedelta, timezone

import orjson
import pytest
from msgspec.structs import fields

from schemas.audiences import Audience, Role, may_see, redact, words_open_to
from schemas.categories import URGENCY_OF, Category, CategoryGroup, Urgency
from schemas.feeds import Source
from schemas.picture import (
    RECORD_OF,
    BlindGap,
    FeedHealth,
    GroupCount,
    Incident,
    Kind,
    Member,
    NightSummary,
    PictureRecord,
    SensorHealth,
    Window,
)
from tests.builders_contracts import SATURDAY_23H, feed_health, incident, member, night_summary, window

VENUE, TEAM = "blue-door", "soho"
DESK = frozenset({Role.OPERATIONS, Role.LEAD})
DESK_GROUP = DESK | {Role.GROUP}
FULL = DESK | {Role.PROTECT, Role.SAFEGUARD}
OWN = FULL | {Role.BUSINESS}
STREET = FULL | {Role.NIGHTSTARS}
NOBODY: frozenset[Role] = frozenset()

# Every field of every record, and the roles that may receive it where they receive the record at all. A field without
# a row here fails the test, and so does a role that receives a field without standing in its row.
ALLOWED: dict[type, dict[str, frozenset[Role]]] = {
    Incident: {
        "id": OWN | STREET | {Role.DATAPROTECTION},
        "category": OWN | STREET,
        "category_group": FULL,
        "severity": FULL,
        "at": OWN | STREET,
        "last_at": FULL,
        "lat": STREET,
        "lon": STREET,
        "ward": STREET,
        "cell": FULL,
        "night": FULL,
        "sources": FULL,
        "reporters": FULL,
        "reports": FULL,
        "status": OWN | STREET,
        "late": FULL,
        "outside_wards": FULL,
        "limit_m": FULL,
        "limit_s": FULL,
        "members": OWN,
        "seen_at": FULL,
    },
    Member: {
        "id": OWN,
        "source": FULL,
        "reporter": FULL,
        "category": OWN,
        "severity": OWN,
        "at": OWN,
        "received_at": OWN,
        "lat": FULL,
        "lon": FULL,
        "metres": FULL,
        "seconds": FULL,
        "revision": OWN,
        "late": FULL,
        "clock_wrong": FULL,
        "ambiguous_time": FULL,
        "words_ref": NOBODY,
        "seen_at": OWN,
    },
    Window: dict.fromkeys(
        ("place", "category_group", "span_minutes", "count", "expected", "night", "ends_at"), DESK_GROUP
    ),
    FeedHealth: dict.fromkeys(
        ("source", "status", "last_at", "since", "usual_per_hour", "blind_at", "heard_tonight", "sensors"), DESK_GROUP
    ),
    SensorHealth: dict.fromkeys(("id", "status", "last_at"), DESK_GROUP),
    NightSummary: dict.fromkeys(
        (
            *("night", "status", "opens_at", "closes_at", "incidents", "expected", "reports", "late", "corrected"),
            *("withdrawn", "triggers_below_threshold", "groups", "blind", "past_nights", "revision"),
        ),
        DESK_GROUP,
    ),
    GroupCount: dict.fromkeys(("category_group", "count", "expected"), DESK_GROUP),
    BlindGap: dict.fromkeys(("since", "until"), DESK_GROUP),
}
PARTS: dict[str, type] = {"members": Member, "sensors": SensorHealth, "groups": GroupCount, "blind": BlindGap}

AUDIENCES = [
    Audience(role=role, subject={Role.BUSINESS: VENUE, Role.NIGHTSTARS: TEAM}.get(role, "any-subject")) for role in Role
]
BUILT: dict[Kind, PictureRecord] = {Kind.WINDOWS: window(), Kind.FEEDS: feed_health(), Kind.NIGHT: night_summary()}


def witnessed(category: Category) -> Incident:
    """An incident that the audience's own venue and team and two others reported, every optional field set."""
    own = member(category=category)
    others = [
        member(id=f"{source}:x:0", source=source, reporter=reporter, category=category, metres=9, seconds=40)
        for source, reporter in (
            (Source.NIGHTSTARS, f"team:{TEAM}"),
            (Source.SBN, "venue:lantern-yard"),
            (Source.LFB, "lfb"),
        )
    ]
    return incident(own, *others)


def records() -> list[tuple[Kind, PictureRecord]]:
    return [*((Kind.INCIDENTS, witnessed(category)) for category in Category), *BUILT.items()]


def assert_allowed(kind: type, shown: dict[str, object], role: Role, *, whole: bool) -> None:
    """No field that the table does not give, and (where `whole`) each that it does."""
    rows = ALLOWED[kind]
    may = {name for name, roles in rows.items() if role in roles}
    assert shown.keys() <= may, f"{role} receives {sorted(shown.keys() - may)} of {kind.__name__}"
    assert not whole or shown.keys() == may, f"{role} misses {sorted(may - shown.keys())} of {kind.__name__}"
    for name, part in PARTS.items():
        items = shown.get(name, [])
        assert isinstance(items, list)
        for item in items:
            assert_allowed(part, item, role, whole=whole)


def test_the_table_has_a_row_for_each_field_of_each_record() -> None:
    for kind in {*RECORD_OF.values(), *PARTS.values()}:
        assert {field.name for field in fields(kind)} == ALLOWED[kind].keys(), kind.__name__


@pytest.mark.parametrize("audience", AUDIENCES, ids=lambda audience: audience.role.value)
def test_each_audience_receives_the_fields_of_the_table_and_no_other(audience: Audience) -> None:
    for kind, record in records():
        shown = redact(kind, record, audience)
        if shown is not None:
            assert_allowed(type(record), shown, audience.role, whole=True)


# For each kind of record: which roles receive it at all.
PROTECTIVE = {Category.SUSPICIOUS_BEHAVIOUR: Role.PROTECT, Category.HIDDEN_HARM: Role.SAFEGUARD}


@pytest.mark.parametrize("category", list(Category))
def test_who_learns_of_an_incident_hangs_on_its_category(category: Category) -> None:
    told = {a.role for a in AUDIENCES if redact(Kind.INCIDENTS, witnessed(category), a) is not None}
    own = {Role.BUSINESS, Role.DATAPROTECTION}
    if category in PROTECTIVE:
        assert told == own | {PROTECTIVE[category]}
    else:
        assert told == own | DESK | {Role.NIGHTSTARS}


@pytest.mark.parametrize("kind", list(BUILT))
def test_windows_feeds_and_nights_go_to_the_desk_and_the_group(kind: Kind) -> None:
    assert {a.role for a in AUDIENCES if redact(kind, BUILT[kind], a) is not None} == DESK_GROUP


def test_an_incident_with_a_protective_report_in_it_is_shown_to_no_desk() -> None:
    mixed = incident(member(), member(id="sbn:r-2:0", reporter="venue:x", category=Category.HIDDEN_HARM))
    told = {a.role for a in AUDIENCES if redact(Kind.INCIDENTS, mixed, a) is not None}
    assert told == {Role.BUSINESS, Role.DATAPROTECTION}


def test_a_business_sees_its_own_report_as_it_made_it_and_no_trace_of_others() -> None:
    theirs = member(
        id="nightstars:e-9:0",
        source=Source.NIGHTSTARS,
        reporter="team:soho",
        category=Category.SERIOUS_VIOLENCE,
        at=SATURDAY_23H - timedelta(minutes=4),
    )
    mine = member(category=Category.PUBLIC_ORDER, metres=20, seconds=240)
    shown = redact(Kind.INCIDENTS, incident(theirs, mine, id="i-1"), Audience(role=Role.BUSINESS, subject=VENUE))
    assert shown == {
        "id": "i-1",
        "category": "public_order",
        "at": "2026-05-16T22:00:00.000Z",
        "status": "open",
        "members": [
            {
                "id": "sbn:r-1:0",
                "category": "public_order",
                "severity": 2,
                "at": "2026-05-16T22:00:00.000Z",
                "received_at": "2026-05-16T22:02:00.000Z",
                "revision": 0,
                "seen_at": None,
            }
        ],
    }


@pytest.mark.parametrize("subject", ["lantern-yard", "blue", "", None])
def test_a_business_sees_nothing_of_an_incident_that_it_did_not_report(subject: str | None) -> None:
    assert redact(Kind.INCIDENTS, incident(), Audience(role=Role.BUSINESS, subject=subject)) is None


def test_a_team_sees_the_street_of_what_it_reported() -> None:
    shown = redact(Kind.INCIDENTS, witnessed(Category.HARASSMENT), Audience(role=Role.NIGHTSTARS, subject=TEAM))
    assert shown is not None
    assert (shown["lat"], shown["lon"]) == (51.514, -0.131)


def test_a_team_sees_nothing_of_what_another_team_reported_but_their_shared_topic_does() -> None:
    theirs = incident(member(source=Source.NIGHTSTARS, reporter="team:mayfair"))
    assert redact(Kind.INCIDENTS, theirs, Audience(role=Role.NIGHTSTARS, subject=TEAM)) is None
    assert redact(Kind.INCIDENTS, theirs, Audience(role=Role.NIGHTSTARS)) is not None
    assert redact(Kind.INCIDENTS, incident(), Audience(role=Role.NIGHTSTARS)) is None


GROUP = Audience(role=Role.GROUP)


@pytest.mark.parametrize(("count", "shown"), [(0, False), (4, False), (5, True), (40, True)])
def test_the_group_sees_windows_of_five_and_over(count: int, shown: bool) -> None:
    assert (redact(Kind.WINDOWS, window(count=count), GROUP) is not None) is shown


def test_the_group_sees_wards_and_the_borough_and_no_cells() -> None:
    assert redact(Kind.WINDOWS, window(place="E09000033"), GROUP) is not None
    assert redact(Kind.WINDOWS, window(place="89195da49a7ffff"), GROUP) is None
    assert redact(Kind.WINDOWS, window(place="89195da49a7ffff"), Audience(role=Role.OPERATIONS)) is not None


def counts(*pairs: tuple[int, float]) -> tuple[GroupCount, ...]:
    return tuple(
        GroupCount(category_group=group, count=count, expected=expected)
        for group, (count, expected) in zip(CategoryGroup, pairs, strict=False)
    )


def test_the_group_sees_a_night_without_its_small_counts() -> None:
    night = night_summary(incidents=22, late=4, corrected=0, withdrawn=5, groups=counts((12, 9.0), (4, 1.0), (6, 2.0)))
    shown = redact(Kind.NIGHT, night, GROUP)
    assert shown is not None
    assert (shown["late"], shown["corrected"], shown["withdrawn"]) == (None, None, 5)
    assert shown["groups"] == [
        {"category_group": "violence", "count": 12, "expected": 9.0},
        {"category_group": "womens_safety", "count": None, "expected": None},
        {"category_group": "person_in_need", "count": 6, "expected": 2.0},
    ]


# counts by group -> whether the total may be shown: not where taking the others from it tells a hidden one
@pytest.mark.parametrize(
    ("by_group", "shown"),
    [
        ([12, 6], True),
        ([12, 4], False),
        ([12, 2, 2], False),
        ([12, 4, 4], False),
        ([12, 4, 3], True),
        ([12, 0, 0], True),
        ([2, 2], False),
    ],
)
def test_a_total_that_would_tell_a_small_count_is_hidden_too(by_group: list[int], shown: bool) -> None:
    groups = counts(*((count, 1.0) for count in by_group))
    night = redact(Kind.NIGHT, night_summary(incidents=sum(by_group), groups=groups), GROUP)
    assert night is not None
    assert (night["incidents"] is not None) is shown
    assert (night["expected"] is not None) is shown


def test_what_is_shown_is_json_with_utc_times_that_have_milliseconds() -> None:
    summer = timezone(timedelta(hours=1))
    abroad = incident(at=(SATURDAY_23H + timedelta(microseconds=7_999)).astimezone(summer))
    shown = redact(Kind.INCIDENTS, abroad, Audience(role=Role.OPERATIONS))
    assert shown is not None
    assert shown["at"] == "2026-05-16T22:00:00.007Z"
    for kind, record in records():
        for audience in AUDIENCES:
            body = orjson.dumps(redact(kind, record, audience))
            assert b"words-1" not in body


def test_a_record_under_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="Window is not a record of incidents; that is Incident"):
        redact(Kind.INCIDENTS, window(), GROUP)


def test_the_protective_categories_are_those_of_protect_and_safeguard() -> None:
    assert {category for category, urgency in URGENCY_OF.items() if urgency is Urgency.PROTECTIVE} == set(PROTECTIVE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("category", [Category.PUBLIC_ORDER, Category.SUSPICIOUS_BEHAVIOUR, Category.HIDDEN_HARM])
def test_words_are_open_to_whom_the_sharing_table_gives_them(role: Role, category: Category) -> None:
    shown = incident(
        member(id="own", reporter=f"venue:{VENUE}", category=category),
        member(id="team", reporter=f"team:{TEAM}", category=category),
        member(id="other", reporter="venue:lantern-yard", category=category),
        category=category,
    )
    subject = {Role.BUSINESS: VENUE, Role.NIGHTSTARS: TEAM}.get(role)
    open_to = [found.id for found in words_open_to(shown, Audience(role=role, subject=subject))]
    desk = {Category.SUSPICIOUS_BEHAVIOUR: {Role.PROTECT}, Category.HIDDEN_HARM: {Role.SAFEGUARD}}
    if role in desk.get(category, {Role.OPERATIONS, Role.LEAD}):
        assert open_to == ["own", "team", "other"]
    else:
        assert open_to == {Role.BUSINESS: ["own"], Role.NIGHTSTARS: ["team"]}.get(role, [])


def test_a_mixed_incidents_words_are_open_to_no_desk() -> None:
    mixed = incident(member(category=Category.PUBLIC_ORDER), member(category=Category.HIDDEN_HARM))
    for role in (Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD):
        assert words_open_to(mixed, Audience(role=role)) == ()


@pytest.mark.parametrize("kind", Kind)
def test_a_role_may_see_a_kind_when_something_of_it_is_shown_to_it(kind: Kind) -> None:
    found = [record for of, record in records() if of is kind]
    for audience in AUDIENCES:
        is_shown = any(redact(kind, record, audience) is not None for record in found)
        assert may_see(kind, audience.role) == is_shown, audience.role
