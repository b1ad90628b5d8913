"""Reports over HTTP: judged and answered with a receipt, once whatever is retried, and nobody else's business."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.rates import A_VENUE
from api.record.words import Words
from api.reports.receipts import NOT_SEEN
from schemas.audiences import Role
from schemas.categories import Category
from schemas.journal import Reported, Withdrawn
from schemas.times import DAY, MINUTE, rfc3339
from tests.builders_record import SATURDAY
from tests.builders_reports import THEFT, UUID, Door, door


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Door]:
    with door(tmp_path) as opened:
        yield opened


def facts(desk: Door) -> list[Reported | Withdrawn]:
    entries = (entry.fact for _, entry in desk.owner.engine.journal.read())
    return [fact for fact in entries if isinstance(fact, Reported | Withdrawn)]


def test_a_report_is_judged_and_answered_with_its_receipt(desk: Door) -> None:
    answer = desk.post("reports", THEFT, key=desk.key(), name=UUID)
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/reports/{UUID}")
    receipt = answer.json()
    incident = desk.incident(receipt.pop("incident"))
    assert receipt == {
        "id": UUID,
        "status": "received",
        "revision": 0,
        "category": "theft",
        "severity": 2,
        "help_needed": "none",
        "at": rfc3339(SATURDAY),
        "received_at": rfc3339(SATURDAY),
        "seen_at": None,
        "unseen_after_s": 60,
        "advice": [NOT_SEEN],
    }
    assert [member.id for member in incident.members] == [f"sbn:{UUID}:0"]
    assert incident.reporters == ("venue:blue-door",)


def test_ten_retries_are_one_report_and_one_receipt(desk: Door) -> None:
    key = desk.key()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: desk.post("reports", THEFT, key=key, name=UUID), range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert len(facts(desk)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"severity": 3},
        {"category": "drugs"},
        {"help_needed": "advice"},
        {"words": "A bag."},
        {"occurred_at": rfc3339(SATURDAY - MINUTE)},
        {"position": {"lat": 51.5137, "lon": -0.131}},
    ],
)
def test_the_same_key_with_another_body_is_a_conflict_and_the_first_stands(
    desk: Door, changed: dict[str, object]
) -> None:
    key = desk.key()
    first = desk.post("reports", THEFT, key=key, name="k-1")
    again = desk.post("reports", THEFT | changed, key=key, name="k-1")
    assert (again.status_code, again.json()["type"]) == (422, "/problems/conflict")
    assert desk.post("reports", THEFT, key=key, name="k-1").json() == first.json()
    assert len(facts(desk)) == 1


def test_other_words_are_a_conflict_until_the_words_are_erased(desk: Door) -> None:
    key, said = desk.key(), THEFT | {"words": "A red bag."}
    desk.post("reports", said, key=key, name="k-1")
    (fact,) = facts(desk)
    assert isinstance(fact, Reported)
    assert fact.words_ref is not None
    words = Words(desk.house.kept, desk.house.clock)
    assert words.text(fact.words_ref) == "A red bag."
    assert desk.post("reports", said | {"words": "A blue bag."}, key=key, name="k-1").status_code == 422
    assert words.erase(fact.words_ref)
    assert desk.post("reports", said, key=key, name="k-1").status_code == 200
    assert words.text(fact.words_ref) is None, "a retry brings nothing back"


def test_words_are_in_no_journal_entry(desk: Door) -> None:
    desk.post("reports", THEFT | {"words": "Alexander lost it"}, key=desk.key(), name="k-1")
    assert all("Alexander" not in repr(fact) for fact in facts(desk))


def test_two_venues_may_use_the_same_key(desk: Door) -> None:
    for name in (UUID, "1"):
        first = desk.post("reports", THEFT, key=desk.key(), name=name)
        other = desk.post("reports", THEFT, key=desk.key(venue="lantern-yard"), name=name)
        assert (first.status_code, other.status_code) == (201, 201)
        assert first.json()["id"] != other.json()["id"]
    assert len(facts(desk)) == 4


def test_a_correction_changes_what_it_names_and_a_withdrawal_takes_all_back(desk: Door) -> None:
    key = desk.key()
    first = desk.post("reports", THEFT | {"words": "A bag."}, key=key, name=UUID).json()
    for _ in range(2):
        put_right = desk.post(f"reports/{UUID}/corrections", {"severity": 3}, key=key, name="c-1")
        assert put_right.json() | {"status": "corrected"} == first | {
            "status": "corrected", "revision": 1, "severity": 3,
        }  # fmt: skip
    (member,) = desk.incident(first["incident"]).members
    assert (member.severity, member.revision, member.category.value) == (3, 1, "theft")
    assert member.words_ref is not None, "its words stay"
    for _ in range(2):
        gone = desk.post(f"reports/{UUID}/withdrawal", key=key, name="w-1")
        assert (gone.json()["status"], gone.json()["incident"], gone.json()["revision"]) == ("withdrawn", None, 2)
    assert gone.status_code == 200
    assert len(facts(desk)) == 3
    assert desk.get(f"reports/{UUID}", key=key).json() == gone.json()


def test_a_correction_of_nothing_and_of_a_strangers_report_are_not_found(desk: Door) -> None:
    desk.post("reports", THEFT, key=desk.key(), name=UUID)
    stranger = desk.key(venue="lantern-yard")
    answers = [
        desk.post("reports/r0/corrections", {"severity": 3}, key=desk.key(), name="c-1"),
        desk.post(f"reports/{UUID}/corrections", {"severity": 3}, key=stranger, name="c-1"),
        desk.post(f"reports/{UUID}/withdrawal", key=stranger, name="c-2"),
        desk.get(f"reports/{UUID}", key=stranger),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1, "a stranger's is as one that never was"
    assert len(facts(desk)) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"severity": 2}, "not_understood"),
        (THEFT | {"severity": 5}, "not_understood"),
        (THEFT | {"category": "thief"}, "not_understood"),
        (THEFT | {"colour": "red"}, "not_understood"),
        (THEFT | {"occurred_at": "2026-05-16T23:00:00"}, "not_understood"),
        (THEFT | {"words": ""}, "not_understood"),
        (THEFT | {"words": "x" * 1_001}, "not_understood"),
        (THEFT | {"position": {"lat": 91, "lon": 0}}, "not_understood"),
        (THEFT | {"position": {"lat": 48.85, "lon": 2.35}}, "outside_area"),
        (THEFT | {"occurred_at": rfc3339(SATURDAY - 93 * DAY)}, "too_old"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(desk: Door, body: dict[str, object], reason: str) -> None:
    answer = desk.post("reports", body, key=desk.key(), name="k-1")
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{reason}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [fact for fact in facts(desk) if fact.received_at - getattr(fact, "at", 0) < DAY] == []


@pytest.mark.parametrize("name", [None, "", "two words", "a\tb", "x" * 201])
def test_a_report_needs_a_key_of_its_own(desk: Door, name: str | None) -> None:
    answer = desk.post("reports", THEFT, key=desk.key(), name=name)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.text


def test_operations_reports_for_a_venue_that_it_names(desk: Door) -> None:
    key = desk.key(Role.OPERATIONS)
    assert desk.post("reports", THEFT, key=key, name="k-1").json()["detail"] == "venue: is missing."
    unknown = desk.post("reports", THEFT | {"venue": "no-such-door"}, key=key, name="k-1")
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown_venue")
    told = desk.post("reports", THEFT | {"venue": "blue-door"}, key=key, name="k-1")
    assert told.status_code == 201
    path = f"reports/{told.json()['id']}"
    assert desk.get(path, key=key).status_code == 200
    assert desk.get(path, key=desk.key()).status_code == 200, "it is the venue's own"
    assert desk.get(path, key=desk.key(Role.LEAD)).status_code == 404


def test_who_may_report(desk: Door) -> None:
    assert desk.site.ask("POST", "/api/v1/reports", json=THEFT, headers={"Idempotency-Key": "1"}).status_code == 401
    for role in set(Role) - {Role.BUSINESS, Role.OPERATIONS, Role.LEAD, Role.HAVEN}:
        assert desk.post("reports", THEFT, key=desk.key(role), name="k").status_code == 403, role
    other = desk.post("reports", THEFT | {"venue": "lantern-yard"}, key=desk.key(), name="k")
    assert (other.status_code, other.json()["detail"]) == (403, "A venue reports for itself alone.")
    assert facts(desk) == []


def test_receipts_are_listed_newest_first_page_by_page(desk: Door) -> None:
    key = desk.key()
    ids = [desk.post("reports", THEFT, key=key, name=f"k-{number}").json()["id"] for number in range(5)]
    desk.post("reports", THEFT, key=desk.key(venue="lantern-yard"), name="k-9")
    desk.post(f"reports/{ids[1]}/corrections", {"severity": 4}, key=key, name="c-1")
    found, cursor = [], ""
    while True:
        page = desk.get(f"reports?limit=2{cursor}", key=key).json()
        found += [(one["id"], one["revision"]) for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == [(id_, int(id_ == ids[1])) for id_ in reversed(ids)]


def test_what_may_be_reported_is_said_whole(desk: Door) -> None:
    answer = desk.post("reports", {**THEFT, "category": "sandwich"}, key=desk.key(), name="k-1")
    assert answer.status_code == 422
    assert all(f"'{category.value}'" in answer.json()["detail"] for category in Category)


@pytest.mark.parametrize("role", [Role.GROUP, Role.ADMIN, Role.PROTECT])
def test_whoever_reports_nothing_does_not_learn_which_reports_there_are(desk: Door, role: Role) -> None:
    report = desk.post("reports", THEFT, key=desk.key(), name="k-1").json()["id"]
    asked = desk.key(role)
    assert {desk.get(f"reports/{id_}", key=asked).status_code for id_ in (report, "no-such-report")} == {403}


@pytest.mark.parametrize("cursor", ["x", "%00", "MA", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "é"])
def test_a_cursor_that_is_none_is_refused(desk: Door, cursor: str) -> None:
    assert desk.get(f"reports?cursor={cursor}", key=desk.key()).status_code == 422


def test_a_venue_that_reports_too_often_is_asked_to_wait(desk: Door) -> None:
    key = desk.key()
    for _ in range(A_VENUE.at_once - 1):
        assert desk.site.services.rates.wait_s("venue:blue-door", A_VENUE) == 0
    assert desk.post("reports", THEFT, key=key, name="k-1").status_code in (200, 201)
    answer = desk.post("reports", THEFT, key=key, name="k-2")
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too_often")
    assert int(answer.headers["retry-after"]) >= 1
    assert desk.post("reports", THEFT, key=desk.key(venue="lantern-yard"), name="k-2").status_code == 201


def test_while_the_desk_is_down_a_report_is_saved_and_judged_when_it_is_back(tmp_path: Path) -> None:
    with door(tmp_path, is_open=False) as desk:
        key = desk.key()
        saved = desk.post("reports", THEFT, key=key, name=UUID)
        assert (saved.status_code, saved.json()["status"], saved.json()["incident"]) == (202, "saved", None)
        assert saved.json()["advice"] == [NOT_SEEN]
        assert desk.post("reports", THEFT, key=key, name=UUID).status_code == 202
        desk.owner.start()
        assert desk.owner.wait_until_ready(20)
        again = desk.post("reports", THEFT, key=key, name=UUID)
        assert (again.status_code, again.json()["status"]) == (200, "received")
        assert len(facts(desk)) == 1
