"""The projector: what goes out, when, to whom, and what is taken away again."""

from collections.abc import Sequence

import orjson
import pytest
from msgspec.structs import replace

from api.projector import REST_LEAST_S, Projector
from schemas.audiences import Audience, Role
from schemas.categories import Category
from schemas.picture import Change, Kind, NightStatus, PictureRecord
from schemas.redacted import Redacted
from tests.builders_client import fold_frames
from tests.builders_contracts import feed_health, incident, member, night_summary, window
from tests.builders_push import (
    AREA,
    AT,
    GROUP,
    OPERATIONS,
    an_incident,
    caught_up,
    change,
    gone,
    memory_view,
    projected,
)


def test_changes_go_to_the_topics_that_may_see_them() -> None:
    view = memory_view()
    projected(
        view,
        [
            change(1),
            change(2, "w", kind=Kind.WINDOWS, record=window()),
            change(3, "noise", kind=Kind.FEEDS, record=feed_health()),
        ],
    )
    assert {kind: list(of) for kind, of in caught_up(view).state.items() if of} == {
        "incidents": ["a"],
        "windows": ["w"],
        "feeds": ["noise"],
    }
    assert list(caught_up(view, GROUP).state["windows"]) == ["w"]
    assert caught_up(view, GROUP).state["incidents"] == {}


def test_a_business_gets_its_own_incident_on_its_own_topic() -> None:
    view = memory_view()
    projected(view, [change(1, record=incident())])
    (own,) = caught_up(view, f"{AREA}/business/blue-door").state["incidents"].values()
    assert "lat" not in own
    assert caught_up(view, f"{AREA}/business/red-door").state["incidents"] == {}


def test_one_flush_is_one_delta_a_topic_with_the_newest_of_each_key() -> None:
    view = memory_view()
    projector = Projector(AREA, view=view)
    projector.apply([change(1), change(2), change(3), change(4, "b")])
    (delta,) = projector.flush(0.0)
    sent = orjson.loads(delta.frame)
    assert (delta.topic, delta.seq) == (OPERATIONS, 1)
    assert {key: record["reports"] for key, record in sent["up"]["incidents"].items()} == {"a": 4, "b": 5}


def test_at_most_fifty_flushes_a_second_and_nothing_is_lost_in_between() -> None:
    view = memory_view()
    projector = Projector(AREA, view=view)
    flushes = 0
    for millisecond in range(1_000):
        projector.apply([change(millisecond)])
        flushes += len(projector.flush(millisecond / 1_000))
    assert flushes == 50
    projector.flush(1.1)
    assert caught_up(view).state["incidents"]["a"]["reports"] == 1_000


def test_it_says_when_it_has_something_to_send() -> None:
    projector = Projector(AREA, view=memory_view())
    due = [projector.due_at]
    projector.apply([change(1)])
    due.append(projector.due_at)
    projector.flush(7.0)
    due.append(projector.due_at)
    projector.apply([change(2)])
    due.append(projector.due_at)
    assert due == [None, float("-inf"), None, 7.0 + REST_LEAST_S]
    assert projector.flush(7.0 + REST_LEAST_S / 2) == []
    assert projector.flush(8.0, rest_s=0.05)
    projector.apply([change(3)])
    assert projector.due_at == 8.05


@pytest.mark.parametrize("stale", [change(5), change(4), gone(5), gone(4)], ids=["same", "older", "gone", "gone older"])
def test_what_is_not_newer_is_dropped(stale: Change) -> None:
    view = memory_view()
    projector = projected(view, [change(5)])
    projector.apply([stale])
    assert projector.flush(1.0) == []
    assert projector.dropped == 1


def test_the_index_counts_within_an_offset() -> None:
    view = memory_view()
    projected(view, [change(5, index=1, record=an_incident(reports=2)), change(5, record=an_incident(reports=9))])
    assert caught_up(view).state["incidents"]["a"]["reports"] == 2


def test_a_deleted_key_is_removed_and_an_old_output_does_not_bring_it_back() -> None:
    view = memory_view()
    projector = projected(view, [change(1)])
    projector.apply([gone(3), change(2)])
    (delta,) = projector.flush(1.0)
    assert orjson.loads(delta.frame)["del"] == {"incidents": ["a"]}
    assert caught_up(view).state["incidents"] == {}


def test_what_is_set_and_deleted_between_two_flushes_is_never_sent() -> None:
    view = memory_view()
    projector = Projector(AREA, view=view)
    projector.apply([change(1), gone(2)])
    assert projector.flush(0.0) == []


def test_a_record_whose_night_is_over_leaves_the_live_picture() -> None:
    view = memory_view()
    projector = projected(view, [change(1)])
    projector.apply([replace(change(2), live=False)])
    projector.flush(1.0)
    assert caught_up(view).state["incidents"] == {}


def test_a_record_that_an_audience_may_no_longer_see_is_taken_away_from_it_alone() -> None:
    view = memory_view()
    theft = incident(member(), id="a")
    projector = projected(view, [change(1, record=theft)])
    hidden = incident(member(category=Category.HIDDEN_HARM), id="a")
    projector.apply([change(2, record=hidden)])
    deltas = {delta.topic: orjson.loads(delta.frame) for delta in projector.flush(1.0)}
    assert deltas[OPERATIONS]["del"] == {"incidents": ["a"]}
    assert "a" in caught_up(view, f"{AREA}/safeguard").state["incidents"]
    assert "a" in caught_up(view, f"{AREA}/business/blue-door").state["incidents"]


def test_a_change_that_an_audience_cannot_see_sends_it_nothing() -> None:
    view = memory_view()
    projector = projected(view, [change(1, record=incident(id="a"))])
    projector.apply([change(2, record=incident(id="a", ward="E05013809"))])
    assert [delta.topic for delta in projector.flush(1.0)] == [OPERATIONS]


def test_a_topic_without_an_audience_gets_nothing() -> None:
    view = memory_view()

    def everywhere(area: str, kind: Kind, record: PictureRecord) -> Sequence[str]:
        return OPERATIONS, f"{area}/nowhere"

    projected(view, [change(1)], topics_concerned=everywhere)
    assert caught_up(view, f"{AREA}/nowhere").s == 0


def test_the_rules_are_asked_for_the_audience_of_the_topic() -> None:
    asked: list[Audience] = []

    def redact(kind: Kind, record: PictureRecord, audience: Audience) -> Redacted:
        asked.append(audience)
        return {"at": record.at if hasattr(record, "at") else None}

    view = memory_view()
    projected(view, [change(1, record=incident())], redact=redact)
    assert asked == [Audience(role=Role.OPERATIONS), Audience(role=Role.BUSINESS, subject="blue-door")]
    assert caught_up(view).state["incidents"]["a"]["at"].endswith("Z")


def closed(offset: int, night: str) -> Change:
    summary = night_summary(night=night, status=NightStatus.CLOSED)
    return Change(kind=Kind.NIGHT, key=night, offset=offset, index=0, at=AT, record=summary)


def test_a_deleted_key_is_remembered_until_the_night_after_it_closes() -> None:
    view = memory_view()
    projector = projected(view, [change(1), gone(3), closed(4, "2026-05-15"), closed(5, "2026-05-15")])
    projector.apply([change(2)])
    assert projector.flush(1.0) == []
    projector.apply([closed(9, "2026-05-16"), change(2)])
    projector.flush(2.0)
    assert list(caught_up(view).state["incidents"]) == ["a"]


def test_a_key_deleted_after_a_close_outlives_that_close_and_the_next_revision_of_it() -> None:
    view = memory_view()
    projector = projected(view, [change(1), closed(4, "2026-05-15"), gone(5), closed(6, "2026-05-15")])
    projector.apply([closed(9, "2026-05-16"), change(2)])
    projector.flush(1.0)
    assert caught_up(view).state["incidents"] == {}


def test_two_realms_of_one_area_share_nothing() -> None:
    live, replay = memory_view(), memory_view()
    projected(live, [change(1, "live-only")])
    projected(replay, [change(1, "replay-only")])
    assert list(caught_up(live).state["incidents"]) == ["live-only"]
    assert list(caught_up(replay).state["incidents"]) == ["replay-only"]


def test_what_follows_a_snapshot_fits_on_it() -> None:
    view = memory_view()
    projector = projected(view, [change(1)])
    held = caught_up(view)
    projector.apply([change(2), change(3, "b")])
    deltas = projector.flush(1.0)
    assert fold_frames([delta.frame for delta in deltas], held) == caught_up(view)
