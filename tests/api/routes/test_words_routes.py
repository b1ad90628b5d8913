"""Words over HTTP: who may open whose, for a purpose, with the audit before; and erasing them."""

import httpx
import msgspec
import pytest

from api.auth.audit import Action, newest_lines
from schemas.audiences import Role
from schemas.categories import Category
from schemas.picture import Incident
from tests.builders_http import Site
from tests.builders_record import change, incident

PATH = "/api/v1/incidents/i1/words"
SAID = {"w-a": "he had a bottle", "w-b": "two men, one ran off"}


@pytest.fixture
def fight(desk: Site) -> Site:
    """An incident that a bar and a street team reported, each in words, and another bar without."""
    _put(desk, Category.SERIOUS_VIOLENCE)
    desk.house.words.keep("w-a", "blue-door", SAID["w-a"])
    desk.house.words.keep("w-b", "soho", SAID["w-b"])
    return desk


def _put(desk: Site, category: Category, offset: int = 1) -> None:
    plain = incident("i1")
    member = plain.members[0]
    members = tuple(
        msgspec.structs.replace(member, id=f"m{number}", reporter=reporter, words_ref=ref, category=category)
        for number, (reporter, ref) in enumerate(
            [("venue:blue-door", "w-a"), ("team:soho", "w-b"), ("venue:lantern-yard", None)]
        )
    )
    reporters = tuple(member.reporter for member in members)
    shown: Incident = msgspec.structs.replace(plain, members=members, reporters=reporters, category=category)
    desk.told.tell(change(shown, key="i1", offset=offset))


def _open(desk: Site, headers: dict[str, str], purpose: object = "to find who was hurt") -> httpx.Response:
    return desk.ask("POST", PATH, json={"purpose": purpose}, headers=headers)


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.LEAD])
def test_operations_open_all_of_an_incidents_words_and_each_opening_is_written_down(role: Role, fight: Site) -> None:
    answer = _open(fight, fight.as_role(role), "  to find\nwho was hurt ")
    assert answer.status_code == 200
    assert {one["ref"]: one["text"] for one in answer.json()["items"]} == SAID
    lines = [line for line in newest_lines(fight.house.kept) if line.action is Action.WORDS_READ]
    assert [(line.role, line.supplier, line.about, line.purpose, line.key_id) for line in lines] == [
        (role, "venue:blue-door", "w-a of incident i1", "to find who was hurt", 1),
        (role, "team:soho", "w-b of incident i1", "to find who was hurt", 1),
    ]


def test_a_business_opens_its_own_words_alone(fight: Site) -> None:
    answer = _open(fight, fight.as_role(Role.BUSINESS))
    assert [one["ref"] for one in answer.json()["items"]] == ["w-a"]
    assert SAID["w-b"] not in answer.text


@pytest.mark.parametrize("category", [Category.SUSPICIOUS_BEHAVIOUR, Category.HIDDEN_HARM])
def test_protected_words_are_opened_by_their_own_desk_alone(category: Category, fight: Site) -> None:
    _put(fight, category, 2)
    theirs = Role.PROTECT if category is Category.SUSPICIOUS_BEHAVIOUR else Role.SAFEGUARD
    for role in (Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD):
        assert _open(fight, fight.as_role(role)).status_code == (200 if role is theirs else 404)


@pytest.mark.parametrize("role", [Role.GROUP, Role.HAVEN, Role.DATAPROTECTION, Role.FEED, Role.ADMIN])
def test_nobody_else_opens_words_and_no_opening_is_noted(role: Role, fight: Site) -> None:
    assert _open(fight, fight.as_role(role)).status_code == 403
    assert not [line for line in newest_lines(fight.house.kept) if line.action is Action.WORDS_READ]


def test_a_stranger_opens_nothing(fight: Site) -> None:
    assert _open(fight, {}).status_code == 401


def test_no_such_incident_is_the_same_as_one_that_is_not_theirs(fight: Site) -> None:
    _put(fight, Category.HIDDEN_HARM, 2)
    operations = fight.as_role(Role.OPERATIONS)
    hidden = _open(fight, operations)
    fight.told.tell(change(None, key="i1", offset=3))
    assert (hidden.status_code, hidden.text) == (404, _open(fight, operations).text)


@pytest.mark.parametrize("purpose", ["", "  \n", None, 7, "x" * 201])
def test_without_a_purpose_nothing_is_opened(purpose: object, fight: Site) -> None:
    assert _open(fight, fight.as_role(Role.OPERATIONS), purpose).status_code == 422
    assert not [line for line in newest_lines(fight.house.kept) if line.action is Action.WORDS_READ]


def test_data_protection_erases_words_for_good_and_it_is_written_down(fight: Site) -> None:
    eraser = fight.as_role(Role.DATAPROTECTION)
    assert fight.ask("DELETE", "/api/v1/words/w-a", headers=eraser).status_code == 204
    assert fight.ask("DELETE", "/api/v1/words/w-a", headers=eraser).status_code == 204, "said twice, done once"
    assert fight.ask("DELETE", "/api/v1/words/none", headers=eraser).status_code == 404
    lines = [line for line in newest_lines(fight.house.kept) if line.action is Action.WORDS_ERASED]
    assert [(line.role, line.supplier, line.about) for line in lines] == [
        (Role.DATAPROTECTION, "venue:blue-door", "w-a")
    ]
    items = _open(fight, fight.as_role(Role.OPERATIONS)).json()["items"]
    assert [one["text"] for one in items] == [None, SAID["w-b"]]
    assert SAID["w-a"].encode() not in fight.house.stored()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATAPROTECTION])
def test_nobody_else_erases(role: Role, fight: Site) -> None:
    assert fight.ask("DELETE", "/api/v1/words/w-a", headers=fight.as_role(role)).status_code == 403
    assert fight.house.words.text("w-a") == SAID["w-a"]


def test_whose_erased_words_they_were_is_known_by_where_they_came_from(fight: Site) -> None:
    fight.house.words.keep("w-c", "venue:lantern-yard", "more")
    for ref in ("w-b", "w-c"):
        answer = fight.ask("DELETE", f"/api/v1/words/{ref}", headers=fight.as_role(Role.DATAPROTECTION))
        assert answer.status_code == 204
    erased = [line.supplier for line in newest_lines(fight.house.kept) if line.action is Action.WORDS_ERASED]
    assert erased == ["team:soho", "venue:lantern-yard"]
