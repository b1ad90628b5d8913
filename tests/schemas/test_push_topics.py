"""The push topics: who may follow which, and which a record concerns."""

import pytest

from schemas.audiences import Audience, Role, audience_of, may_follow, push_topic, redact, topics_concerned
from schemas.categories import Category
from schemas.feeds import Source
from schemas.picture import Kind, PictureRecord
from tests.builders_contracts import feed_health, incident, member, night_summary, window

AREA = "westminster"
TOPICS = [
    *("operations", "group", "nightstars", "protect", "safeguard"),
    *("business/blue-door", "business/lantern-yard", "haven/lilac-house", "haven/other"),
]
MAY: dict[Role, set[str]] = {
    Role.OPERATIONS: {"operations"},
    Role.LEAD: {"operations", "protect"},
    Role.BUSINESS: {"business/blue-door"},
    Role.HAVEN: {"haven/lilac-house"},
    Role.NIGHTSTARS: {"nightstars"},
    Role.GROUP: {"group"},
    Role.PROTECT: {"protect"},
    Role.SAFEGUARD: {"safeguard"},
    Role.DATAPROTECTION: set(),
    Role.FEED: set(),
    Role.ADMIN: set(),
}
SUBJECTS = {Role.BUSINESS: "blue-door", Role.HAVEN: "lilac-house", Role.NIGHTSTARS: "soho"}


def audience(role: Role) -> Audience:
    return Audience(role=role, subject=SUBJECTS.get(role))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_follow_its_topics_and_no_other(role: Role) -> None:
    assert {topic for topic in TOPICS if may_follow(AREA, f"{AREA}/{topic}", audience(role))} == MAY[role]


@pytest.mark.parametrize("role", list(Role))
def test_no_role_may_follow_a_topic_of_another_area(role: Role) -> None:
    assert not any(may_follow(AREA, f"camden/{topic}", audience(role)) for topic in TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_redacted_for_the_audience_that_it_is_pushed_to(topic: str) -> None:
    found = audience_of(AREA, f"{AREA}/{topic}")
    assert found is not None
    assert push_topic(AREA, found) == f"{AREA}/{topic}"


@pytest.mark.parametrize(
    "topic",
    [
        *("", "/", "westminster", "westminster/", "westminster/lead", "westminster/admin", "camden/operations"),
        *("westminster/business", "westminster/business/", "westminster/operations/x", "westminster/haven/a/b"),
    ],
)
def test_what_is_no_topic_has_no_audience(topic: str) -> None:
    assert audience_of(AREA, topic) is None


def test_without_a_subject_a_business_or_a_haven_has_no_topic() -> None:
    for role in (Role.BUSINESS, Role.HAVEN):
        assert push_topic(AREA, Audience(role=role)) is None
        assert not may_follow(AREA, f"{AREA}/{role}/None", Audience(role=role))


@pytest.mark.parametrize(
    ("kind", "record", "topics"),
    [
        (Kind.INCIDENTS, incident(), {"operations", "business/blue-door"}),
        (Kind.INCIDENTS, incident(member(source=Source.LFB, reporter="lfb")), {"operations"}),
        (
            Kind.INCIDENTS,
            incident(member(), member(source=Source.NIGHTSTARS, reporter="team:soho")),
            {"operations", "business/blue-door", "nightstars"},
        ),
        (Kind.INCIDENTS, incident(member(category=Category.HIDDEN_HARM)), {"safeguard", "business/blue-door"}),
        (
            Kind.INCIDENTS,
            incident(member(category=Category.SUSPICIOUS_BEHAVIOUR, reporter="team:soho")),
            {"protect"},
        ),
        (Kind.WINDOWS, window(), {"operations", "group"}),
        (Kind.WINDOWS, window(count=1), {"operations", "group"}),
        (Kind.WINDOWS, window(place="89195da49a7ffff"), {"operations"}),
        (Kind.FEEDS, feed_health(), {"operations", "group"}),
        (Kind.NIGHT, night_summary(), {"operations", "group"}),
    ],
)
def test_a_record_concerns_these_topics(kind: Kind, record: PictureRecord, topics: set[str]) -> None:
    concerned = topics_concerned(AREA, kind, record)
    assert len(concerned) == len(set(concerned))
    assert set(concerned) == {f"{AREA}/{topic}" for topic in topics}


RECORDS: list[tuple[Kind, PictureRecord]] = [
    *((Kind.INCIDENTS, incident(member(category=category))) for category in Category),
    *((Kind.INCIDENTS, incident(member(category=category, reporter="team:soho"))) for category in Category),
    *((Kind.WINDOWS, window(count=count)) for count in (1, 9)),
    (Kind.WINDOWS, window(place="89195da49a7ffff")),
    (Kind.FEEDS, feed_health()),
    (Kind.NIGHT, night_summary()),
]


def test_no_topic_that_would_receive_a_record_is_left_out() -> None:
    for kind, record in RECORDS:
        concerned = topics_concerned(AREA, kind, record)
        for topic in TOPICS:
            reader = audience_of(AREA, f"{AREA}/{topic}")
            assert reader is not None
            if redact(kind, record, reader) is not None:
                assert f"{AREA}/{topic}" in concerned, (topic, record)
