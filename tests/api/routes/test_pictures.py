"""The picture of any moment is what the push topics showed then; a night's marks; one incident and its history."""

import random
from collections.abc import Iterator

import orjson
import pytest

from api.view import Whole
from schemas.audiences import Role, push_topic
from schemas.categories import Category
from schemas.picture import Change, IncidentStatus, Kind, PictureRecord
from schemas.times import HOUR, MINUTE, SECOND, Instant, moment, rfc3339
from tests.builders_auth import GRANTS, accounts
from tests.builders_contracts import SATURDAY_23H, feed_health, incident, member, night_summary, window
from tests.builders_http import Site, site
from tests.builders_reads import AREA
from tests.builders_record import SATURDAY

SEEN = [role for role in Role if push_topic(AREA, GRANTS[role].audience) and role is not Role.HAVEN]
OPENS = 1_778_950_800_000
"""2026-05-16T17:00:00Z."""
States = dict[Role, dict[str, object]]


def a_change(offset: int, draw: random.Random) -> Change:
    """Some record, as it became at a second of its own."""
    kind = draw.choice(list(Kind))
    number = draw.randrange(4)
    category = draw.choice([Category.THEFT, Category.HIDDEN_HARM, Category.SUSPICIOUS_BEHAVIOUR])
    reporter = draw.choice(["venue:blue-door", "team:soho", "lfb"])
    records: dict[Kind, PictureRecord] = {
        Kind.INCIDENTS: incident(member(category=category, reporter=reporter), id=f"k{number}", severity=offset % 5),
        Kind.WINDOWS: window(count=offset),
        Kind.FEEDS: feed_health(heard_tonight=offset),
        Kind.NIGHT: night_summary(reports=offset),
    }
    record = None if draw.random() < 0.2 else records[kind]
    live = draw.random() < 0.8 or record is None
    at = SATURDAY + offset * SECOND
    return Change(kind=kind, key=f"k{number}", offset=offset, index=0, at=at, record=record, live=live)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[Instant, States]]]:
    """Two hundred changes, one a second, and what each push topic showed after each."""
    folder = tmp_path_factory.mktemp("desk")
    house, draw = accounts(folder), random.Random(11)  # noqa: S311
    desk, seen = site(house, folder / "pages"), dict[Instant, States]()
    for offset in range(1, 201):
        change = a_change(offset, draw)
        desk.told.tell(change)
        seen[change.at] = {role: state_of(desk, role) for role in SEEN}
    yield desk, seen
    house.close()


def state_of(desk: Site, role: Role) -> dict[str, object]:
    """What the push topic of a role shows now."""
    topic = push_topic(AREA, GRANTS[role].audience)
    assert topic is not None
    whole = desk.told.view.resume(topic, None, None)
    assert isinstance(whole, Whole)
    state: dict[str, object] = orjson.loads(whole.frame)["state"]
    return state


@pytest.mark.parametrize("role", SEEN)
def test_the_picture_of_a_moment_is_what_the_push_topic_showed_then(
    role: Role, told: tuple[Site, dict[Instant, States]]
) -> None:
    desk, seen = told
    headers = desk.as_role(role)
    for at, states in list(seen.items())[::9]:
        desk.house.clock.now += MINUTE
        answer = desk.ask("GET", f"/api/v1/picture?at={rfc3339(at + 999)}", headers=headers)
        assert answer.json() == {"at": rfc3339(at + 999), "state": states[role]}


def test_before_anything_was_told_there_was_nothing(told: tuple[Site, dict[Instant, States]]) -> None:
    desk, _ = told
    answer = desk.ask("GET", "/api/v1/picture?at=0001-01-01T00:00:00Z", headers=desk.as_role(Role.OPERATIONS))
    assert answer.json()["state"] == {kind: {} for kind in Kind}


def test_what_is_still_to_come_cannot_be_asked_for(told: tuple[Site, dict[Instant, States]]) -> None:
    desk, _ = told
    later = rfc3339(desk.told.now + 1)
    answer = desk.ask("GET", f"/api/v1/picture?at={later}", headers=desk.as_role(Role.OPERATIONS))
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("at: is after the desk's own clock, which is at ")


def test_what_is_not_there_and_what_is_not_theirs_are_answered_the_same(desk: Site) -> None:
    hidden = incident(member(category=Category.HIDDEN_HARM, reporter="venue:lantern-yard"), id="hidden")
    desk.told.tell(Change(kind=Kind.INCIDENTS, key="hidden", offset=1, index=0, at=SATURDAY, record=hidden))
    assert desk.ask("GET", "/api/v1/incidents/hidden", headers=desk.as_role(Role.SAFEGUARD)).status_code == 200
    for role in (Role.OPERATIONS, Role.BUSINESS, Role.NIGHTSTARS, Role.PROTECT):
        headers = desk.as_role(role)
        for more in ("", "/history"):
            answers = [desk.ask("GET", f"/api/v1/incidents/{id_}{more}", headers=headers) for id_ in ("hidden", "no")]
            assert [(one.status_code, one.content) for one in answers] == [(404, answers[0].content)] * 2
            assert answers[0].headers == answers[1].headers


def test_a_history_has_each_change_of_what_is_seen_once(desk: Site) -> None:
    own = member(id="a:1", reporter="venue:blue-door")
    other = member(id="a:2", reporter="venue:lantern-yard")
    records = [incident(own, id="a"), incident(own, id="a"), incident(own, other, id="a"), None]
    desk.told.tell(
        *(
            Change(kind=Kind.INCIDENTS, key="a", offset=n, index=0, at=SATURDAY + n * SECOND, record=record)
            for n, record in enumerate(records)
        )
    )
    path = "/api/v1/incidents/a/history"
    seen = desk.ask("GET", path, headers=desk.as_role(Role.OPERATIONS)).json()
    assert [(one["at"], one["record"] and one["record"]["reports"]) for one in seen] == [
        ("2026-05-16T23:00:00.000Z", 1),
        ("2026-05-16T23:00:02.000Z", 2),
        ("2026-05-16T23:00:03.000Z", None),
    ]
    mine = desk.ask("GET", path, headers=desk.as_role(Role.BUSINESS)).json()
    assert [one["at"] for one in mine] == ["2026-05-16T23:00:00.000Z", "2026-05-16T23:00:03.000Z"]


def test_an_incident_that_is_over_is_still_to_be_read(desk: Site) -> None:
    record = incident(id="a", status=IncidentStatus.CLOSED)
    desk.told.tell(Change(kind=Kind.INCIDENTS, key="a", offset=1, index=0, at=SATURDAY, record=record, live=False))
    answer = desk.ask("GET", "/api/v1/incidents/a", headers=desk.as_role(Role.OPERATIONS))
    assert answer.json()["status"] == "closed"


def test_marks_count_what_is_seen_and_say_what_is_usual(desk: Site) -> None:
    summaries = [(0, None), (15, 2.0), (30, 2.5), (45, 4.25)]
    changes = [
        Change(
            kind=Kind.NIGHT, key="2026-05-16", offset=n, index=0, at=OPENS + minutes * MINUTE,
            record=night_summary(expected=expected),
        )
        for n, (minutes, expected) in enumerate(summaries)
    ]  # fmt: skip
    for n, (minutes, category) in enumerate([(0, Category.THEFT), (14, Category.NOISE), (16, Category.HIDDEN_HARM)]):
        at = moment(OPENS + minutes * MINUTE)
        record = incident(member(at=at, category=category), id=f"i{n}", at=at)
        changes.append(
            Change(kind=Kind.INCIDENTS, key=f"i{n}", offset=9 + n, index=0, at=OPENS + HOUR, record=record, live=n != 1)
        )
    desk.told.tell(*changes)
    path = "/api/v1/picture/marks?night=2026-05-16"
    marks = desk.ask("GET", path, headers=desk.as_role(Role.OPERATIONS)).json()
    assert (marks["opens_at"], marks["closes_at"]) == ("2026-05-16T17:00:00.000Z", "2026-05-17T05:00:00.000Z")
    assert len(marks["slots"]) == 48
    shown = [(slot["from"][11:16], slot["incidents"], slot["usual"]) for slot in marks["slots"][:4]]
    assert shown == [("17:00", 2, 2.0), ("17:15", 0, 0.5), ("17:30", 0, 1.75), ("17:45", 0, None)]
    theirs = desk.ask("GET", path, headers=desk.as_role(Role.SAFEGUARD)).json()["slots"]
    assert [slot["incidents"] for slot in theirs[:2]] == [0, 1]
    assert {slot["usual"] for slot in theirs} == {None}
    assert moment(OPENS + 5 * HOUR) == SATURDAY_23H


def test_an_evening_without_a_night_has_no_marks(desk: Site) -> None:
    answer = desk.ask("GET", "/api/v1/picture/marks?night=2026-05-13", headers=desk.as_role(Role.OPERATIONS))
    assert (answer.status_code, answer.json()["detail"]) == (422, "night: no night opens on 2026-05-13.")
