"""The lists: what the push topic shows, narrowed and paged; the record's part where a time is asked for."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from api.view import Whole
from schemas.audiences import Role, push_topic
from schemas.categories import Category
from schemas.picture import Change, Incident, IncidentStatus, Kind
from schemas.times import MINUTE, moment
from tests.builders_auth import GRANTS, accounts
from tests.builders_contracts import feed_health, incident, member, night_summary, window
from tests.builders_http import Site, site
from tests.builders_reads import AREA
from tests.builders_record import SATURDAY

INCIDENTS = "/api/v1/incidents"
LISTS = {Kind.INCIDENTS: INCIDENTS, Kind.WINDOWS: "/api/v1/windows", Kind.FEEDS: "/api/v1/feeds"}


def happened(key: str, minutes: int, category: Category = Category.THEFT, **changes: Any) -> Incident:
    """An incident so many minutes after eleven that the Blue Door and a street team saw."""
    at = moment(SATURDAY + minutes * MINUTE)
    reporters = ("venue:blue-door", "team:soho")
    members = [member(id=f"{key}:{who}", reporter=who, category=category, at=at) for who in reporters]
    return incident(*members, id=key, at=at, category=category, **changes)


def told_change(key: str, minutes: int, offset: int, *, over: bool = False, **changes: Any) -> Change:
    """It, as it is told at its minute."""
    status = IncidentStatus.CLOSED if over else IncidentStatus.OPEN
    record = happened(key, minutes, status=status, **changes)
    return Change(
        kind=Kind.INCIDENTS, key=key, offset=offset, index=0, at=SATURDAY + minutes * MINUTE, record=record,
        live=not over,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Ten incidents that are over and ten that are live, minute by minute, and one record of each other kind."""
    folder = tmp_path_factory.mktemp("desk")
    house = accounts(folder)
    desk = site(house, folder / "pages")
    categories = (Category.THEFT, Category.NOISE, Category.HIDDEN_HARM)
    changes = [
        told_change(f"i{n:02}", n, n + 1, over=n < 10, category=categories[n % 3], ward=f"E{n % 2}") for n in range(20)
    ]
    desk.told.tell(*changes)
    desk.told.tell(
        Change(kind=Kind.WINDOWS, key="w1", offset=30, index=0, at=SATURDAY, record=window()),
        Change(kind=Kind.WINDOWS, key="w2", offset=30, index=1, at=SATURDAY, record=window(place="89195da49a7ffff")),
        Change(kind=Kind.FEEDS, key="noise", offset=30, index=2, at=SATURDAY, record=feed_health()),
        Change(kind=Kind.NIGHT, key="2026-05-16", offset=30, index=3, at=SATURDAY, record=night_summary()),
        Change(
            kind=Kind.NIGHT, key="2026-05-15", offset=30, index=4, at=SATURDAY, live=False,
            record=night_summary(night="2026-05-15"),
        ),
    )  # fmt: skip
    yield desk
    house.close()


@pytest.fixture
def keys(told: Site) -> dict[Role, dict[str, str]]:
    """A key for each role, and full buckets."""
    told.house.clock.now += MINUTE
    return {role: told.as_role(role) for role in Role}


def ids(told: Site, path: str, headers: dict[str, str]) -> list[str]:
    answer = told.ask("GET", path, headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def paged(told: Site, path: str, headers: dict[str, str], limit: int) -> list[str]:
    """Every page, one after the other."""
    found, cursor = list[str](), ""
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        answer = told.ask("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{more}", headers=headers).json()
        assert len(answer["items"]) <= limit
        found += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("role", [role for role in Role if push_topic(AREA, GRANTS[role].audience)])
def test_lists_show_what_the_push_topic_shows(role: Role, told: Site, keys: dict[Role, dict[str, str]]) -> None:
    topic = push_topic(AREA, GRANTS[role].audience)
    assert topic is not None
    whole = told.told.view.resume(topic, None, None)
    assert isinstance(whole, Whole)
    state = orjson.loads(whole.frame)["state"]
    for kind, path in LISTS.items():
        answer = told.ask("GET", path, headers=keys[role])
        if answer.status_code == 403:
            assert state[kind] == {}
        else:
            assert sorted(map(str, answer.json()["items"])) == sorted(map(str, state[kind].values()))


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.BUSINESS, Role.NIGHTSTARS, Role.SAFEGUARD])
@pytest.mark.parametrize("limit", [1, 3, 7, 500])
@pytest.mark.parametrize("path", [INCIDENTS, f"{INCIDENTS}?night=2026-05-16"])
def test_pages_put_together_are_the_list(
    path: str, limit: int, role: Role, told: Site, keys: dict[Role, dict[str, str]]
) -> None:
    whole = ids(told, path, keys[role])
    assert paged(told, path, keys[role], limit) == whole
    assert whole == sorted(whole, reverse=True), "newest first"
    own = [f"i{n:02}" for n in range(20) if (n % 3 != 2 or role is Role.BUSINESS) == (role is not Role.SAFEGUARD)]
    assert whole == [key for key in reversed(own) if "night" in path or key >= "i10"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("category=noise", "i19 i16 i13 i10"),
        ("group=theft", "i18 i15 i12"),
        ("ward=E1&category=noise", "i19 i13"),
        ("status=closed", ""),
        ("source=sbn&category=theft", "i18 i15 i12"),
        ("source=lfb", ""),
        ("bbox=-0.2,51.5,-0.1,51.6&ward=E0", "i18 i16 i12 i10"),
        ("bbox=-0.2,51.6,-0.1,51.7", ""),
        ("since=2026-05-16T23:16:00Z", "i19 i18 i16"),
        ("until=2026-05-16T23:03:00Z", "i01 i00"),
        ("since=2026-05-16T23:08:00Z&until=2026-05-17T00:11:00%2B01:00", "i10 i09"),
        ("night=2026-05-16&status=closed&category=noise", "i07 i04 i01"),
        ("night=2026-05-16&status=open&category=noise", "i19 i16 i13 i10"),
        ("night=2026-05-15", ""),
    ],
)
def test_a_list_is_narrowed(query: str, wanted: str, told: Site, keys: dict[Role, dict[str, str]]) -> None:
    assert ids(told, f"{INCIDENTS}?{query}", keys[Role.OPERATIONS]) == wanted.split()


@pytest.mark.parametrize("query", ["ward=E1", "group=noise", "bbox=-1,51,1,52", "source=nightstars", "source=sbn"])
def test_a_filter_on_what_is_not_shown_tells_a_business_nothing(
    query: str, told: Site, keys: dict[Role, dict[str, str]]
) -> None:
    assert ids(told, f"{INCIDENTS}?{query}", keys[Role.BUSINESS]) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "limit: must be at least 1."),
        ("limit=501", "limit: must be at most 500."),
        ("limit=many", "limit: is no whole number."),
        ("since=yesterday", "since: must be a time such as 2026-05-16T22:10:00Z, with its offset from UTC."),
        ("since=2026-05-16T22:10:00", "since: must be a time such as 2026-05-16T22:10:00Z, with its offset from UTC."),
        ("until=0001-01-01T00:00:00%2B14:00", "until: must be a time such as 2026-05-16T22:10:00Z"),
        ("night=2026-05-13", "night: no night opens on 2026-05-13."),
        ("night=9999-12-31", "night: no night opens on 9999-12-31."),
        ("night=soon", "night: must be an evening's date such as 2026-05-16."),
        ("bbox=1,2,3", "bbox: must be west,south,east,north in degrees."),
        ("bbox=nan,1,2,3", "bbox: must be west,south,east,north in degrees, west no more than east"),
        ("bbox=2,1,1,3", "bbox: must be west,south,east,north in degrees, west no more than east"),
        ("status=shut", "status: must be 'open' or 'closed'."),
        ("categry=theft", "categry: is not known here."),
        ("cursor=AAAA", "cursor: is not a cursor that Nightdesk gave."),
    ],
)
def test_what_is_wrong_with_a_question_is_said(
    query: str, said: str, told: Site, keys: dict[Role, dict[str, str]]
) -> None:
    answer = told.ask("GET", f"{INCIDENTS}?{query}", headers=keys[Role.OPERATIONS])
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not_understood")
    assert answer.json()["detail"].startswith(said)


def test_a_cursor_is_good_for_its_own_question_alone(told: Site, keys: dict[Role, dict[str, str]]) -> None:
    cursor = told.ask("GET", f"{INCIDENTS}?limit=2", headers=keys[Role.OPERATIONS]).json()["next"]
    for path, role in ((f"{INCIDENTS}?ward=E1&", Role.OPERATIONS), (f"{INCIDENTS}?", Role.PROTECT)):
        answer = told.ask("GET", f"{path}cursor={cursor}", headers=keys[role])
        assert (answer.status_code, answer.json()["detail"]) == (
            422,
            "cursor: belongs to another question: ask again without it.",
        )


@pytest.mark.parametrize("broken", ["%00", "%F0%9F%92%A9", "====", "W10", "WzEsMiwzXQ", "bnVsbA", "x" * 512, "x" * 513])
def test_a_broken_cursor_is_never_our_fault(broken: str, told: Site, keys: dict[Role, dict[str, str]]) -> None:
    answer = told.ask("GET", f"{INCIDENTS}?cursor={broken}", headers=keys[Role.OPERATIONS])
    assert answer.status_code == 422


def test_what_has_not_changed_is_not_sent_again_and_what_has_is(desk: Site) -> None:
    headers = desk.as_role(Role.OPERATIONS)
    desk.told.tell(told_change("a", 0, 1))
    for path in (INCIDENTS, f"{INCIDENTS}?night=2026-05-16", f"{INCIDENTS}/a"):
        first = desk.ask("GET", path, headers=headers)
        assert first.headers["cache-control"] == "private, no-cache"
        asked = {**headers, "If-None-Match": first.headers["etag"]}
        again = desk.ask("GET", path, headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        desk.told.tell(told_change("a", 0, desk.told.now, severity=len(path)))
        desk.told.now += 1
        assert desk.ask("GET", path, headers=asked).status_code == 200


def test_a_change_of_the_windows_is_none_of_the_incidents(desk: Site) -> None:
    headers = desk.as_role(Role.OPERATIONS)
    desk.told.tell(told_change("a", 0, 1))
    etag = desk.ask("GET", INCIDENTS, headers=headers).headers["etag"]
    desk.told.tell(Change(kind=Kind.WINDOWS, key="w", offset=2, index=0, at=SATURDAY, record=window()))
    assert desk.ask("GET", INCIDENTS, headers={**headers, "If-None-Match": etag}).status_code == 304


def test_two_roles_never_share_a_validator(told: Site, keys: dict[Role, dict[str, str]]) -> None:
    etags = [told.ask("GET", INCIDENTS, headers=keys[role]).headers["etag"] for role in (Role.OPERATIONS, Role.PROTECT)]
    assert len(set(etags)) == 2


def test_incidents_and_windows_come_for_a_map(told: Site, keys: dict[Role, dict[str, str]]) -> None:
    headers = {**keys[Role.OPERATIONS], "Accept": "application/geo+json"}
    answer = told.ask("GET", f"{INCIDENTS}?limit=1", headers=headers)
    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [-0.13073, 51.51382]}
    assert (feature["id"], feature["properties"]["id"]) == ("i19", "i19")
    assert answer.json()["next"]
    ward, cell = told.ask("GET", LISTS[Kind.WINDOWS], headers=headers).json()["features"]
    assert ward["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert (cell["geometry"]["type"], len(cell["geometry"]["coordinates"][0])) == ("Polygon", 7)
    own = told.ask("GET", f"{INCIDENTS}?limit=1", headers={**keys[Role.BUSINESS], "Accept": "application/geo+json"})
    assert own.json()["features"][0]["geometry"] is None


def test_what_has_no_place_is_refused_to_whoever_takes_nothing_else(
    told: Site, keys: dict[Role, dict[str, str]]
) -> None:
    only = {**keys[Role.OPERATIONS], "Accept": "application/geo+json"}
    assert told.ask("GET", LISTS[Kind.FEEDS], headers=only).status_code == 406
    either = {**only, "Accept": "application/geo+json, application/json;q=0.5"}
    assert told.ask("GET", LISTS[Kind.FEEDS], headers=either).json()["items"][0]["source"] == "noise"


def test_nights_are_the_open_one_and_all_before(told: Site, keys: dict[Role, dict[str, str]]) -> None:
    headers = keys[Role.GROUP]
    nights = told.ask("GET", "/api/v1/nights", headers=headers).json()["items"]
    assert [night["night"] for night in nights] == ["2026-05-16", "2026-05-15"]
    only = told.ask("GET", "/api/v1/nights?night=2026-05-15", headers=headers).json()["items"]
    assert [night["night"] for night in only] == ["2026-05-15"]


def test_windows_are_narrowed_by_place_and_group(told: Site, keys: dict[Role, dict[str, str]]) -> None:
    path, headers = LISTS[Kind.WINDOWS], keys[Role.OPERATIONS]
    for query, count in (("place=E05013808", 1), ("group=theft&span=60", 2), ("span=15", 0), ("group=fire", 0)):
        assert len(told.ask("GET", f"{path}?{query}", headers=headers).json()["items"]) == count, query


def test_a_key_that_reads_too_fast_waits_and_others_do_not(desk: Site) -> None:
    headers, other = desk.as_role(Role.OPERATIONS), desk.as_role(Role.OPERATIONS)
    statuses = [desk.ask("GET", INCIDENTS, headers=headers).status_code for _ in range(201)]
    assert statuses == [200] * 200 + [429]
    refused = desk.ask("GET", INCIDENTS, headers={**headers, "Cookie": "nightdesk=another"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert desk.ask("GET", INCIDENTS, headers=other).status_code == 200
    desk.house.clock.now += MINUTE
    assert desk.ask("GET", INCIDENTS, headers=headers).status_code == 200


def test_while_the_desk_restores_nothing_is_said_to_be_the_picture(desk: Site) -> None:
    headers = desk.as_role(Role.OPERATIONS)
    desk.told.is_shown = False
    answer = desk.ask("GET", INCIDENTS, headers=headers)
    assert (answer.status_code, answer.json()["type"], answer.headers["retry-after"]) == (503, "/problems/not_now", "5")


def test_a_business_finds_its_report_in_an_incident_that_began_earlier(desk: Site) -> None:
    first = member(id="x:1", reporter="venue:lantern-yard", at=moment(SATURDAY - MINUTE))
    own = member(id="x:2", reporter="venue:blue-door", at=moment(SATURDAY + MINUTE))
    record = incident(first, own, id="x", status=IncidentStatus.CLOSED)
    desk.told.tell(Change(kind=Kind.INCIDENTS, key="x", offset=1, index=0, at=SATURDAY, record=record, live=False))
    since = "since=2026-05-16T23:00:30Z"
    assert ids(desk, f"{INCIDENTS}?{since}", desk.as_role(Role.BUSINESS)) == ["x"]
    assert ids(desk, f"{INCIDENTS}?{since}", desk.as_role(Role.OPERATIONS)) == []
