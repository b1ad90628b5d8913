"""A session without a socket: subscribing, resuming, refusals, and what happens to a client that does not read."""

from typing import Any

import orjson
import pytest

from api.live.hub import Hub
from api.live.outlet import UNSENT_MAX
from api.live.session import STUCK_S, TOPICS_A_CLIENT, Place, Session
from api.memory_view import MemoryView
from api.view import Published
from schemas.audiences import Audience, Role
from tests.builders_push import AREA, GROUP, OPERATIONS, Clock, Line, a_hub, memory_view, update

OPERATOR = Audience(role=Role.OPERATIONS)
PAD = "x" * 10_000


class Room:
    """A view, its hub, and one client on a line."""

    def __init__(self, audience: Audience = OPERATOR, view: MemoryView | None = None, *, is_shown: bool = True) -> None:
        self.view = memory_view() if view is None else view
        self.clock, self.line = Clock(), Line()
        self.hub: Hub = a_hub(self.view, self.clock, is_shown=is_shown)
        self.session: Session = self.hub.join(self.line, audience)
        self._offset = 0

    def asks(self, op: str, topic: str = OPERATIONS, **more: Any) -> list[dict[str, Any]]:
        self.session.receive(orjson.dumps({"op": op, "topic": topic, **more}))
        return self.line.heard()

    def put(self, record: object = "small", topic: str = OPERATIONS) -> Published:
        """A delta that the view has and the hub has not sent yet."""
        self._offset += 1
        body = {"n": self._offset, "pad": record}
        (delta,) = self.view.put([update(self._offset, "a" if topic == OPERATIONS else "b", body, topics=(topic,))])
        return delta

    def puts(self, times: int) -> str:
        """So many deltas; their epoch."""
        return [self.put().epoch for _ in range(times)][-1]

    def publishes(self, record: object = "small", topic: str = OPERATIONS) -> list[dict[str, Any]]:
        self.hub.publish([self.put(record, topic)])
        return self.line.heard() if self.line.is_read else []

    def reads_again(self) -> list[dict[str, Any]]:
        """The client reads until nothing more comes."""
        while self.line.unsent:
            self.line.read_all()
            self.session.feed()
        self.line.is_read = True
        self.session.feed()
        return self.line.heard()


def kinds(frames: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(frame["t"], frame["s"]) for frame in frames]


def test_a_new_client_gets_a_snapshot_and_a_heartbeat_then_deltas() -> None:
    room = Room()
    room.put()
    assert kinds(room.asks("subscribe")) == [("snapshot", 1), ("heartbeat", 1)]
    assert kinds(room.publishes()) == [("delta", 2)]
    assert room.hub.counters.snapshots == 1


def test_a_client_inside_the_ring_gets_what_it_missed() -> None:
    room = Room()
    epoch = room.puts(5)
    assert kinds(room.asks("subscribe", epoch=epoch, seq=3)) == [("delta", 4), ("delta", 5), ("heartbeat", 5)]
    assert (room.hub.counters.resumes, room.hub.counters.snapshots) == (1, 0)


def test_a_client_that_missed_nothing_is_told_so() -> None:
    room = Room()
    delta = room.put()
    assert kinds(room.asks("subscribe", epoch=delta.epoch, seq=1)) == [("heartbeat", 1)]


@pytest.mark.parametrize(("epoch", "seq"), [("other", 4), ("mine", 1), ("mine", 99), ("mine", -1)])
def test_a_client_that_the_ring_cannot_help_gets_a_gap_and_a_snapshot(epoch: str, seq: int) -> None:
    room = Room(view=memory_view(ring_deltas=2))
    mine = room.puts(5)
    frames = room.asks("subscribe", epoch=mine if epoch == "mine" else epoch, seq=seq)
    assert kinds(frames) == [("gap", 5), ("snapshot", 5), ("heartbeat", 5)]
    assert room.hub.counters.gaps == 1


def test_a_delta_that_the_snapshot_had_is_not_sent_again() -> None:
    room = Room()
    delta = room.put()
    room.asks("subscribe")
    room.hub.publish([delta])
    assert room.line.heard() == []


def test_a_delta_that_comes_out_of_turn_is_led_up_to_from_the_ring() -> None:
    room = Room()
    room.asks("subscribe")
    room.put()
    assert kinds(room.publishes()) == [("delta", 1), ("delta", 2), ("heartbeat", 2)]


def test_unsubscribed_is_silent_and_unsubscribing_twice_is_harmless() -> None:
    room = Room()
    room.asks("subscribe")
    assert room.asks("unsubscribe") == []
    assert room.asks("unsubscribe") == []
    assert room.publishes() == []


def test_subscribing_again_starts_again_where_it_says() -> None:
    room = Room()
    room.asks("subscribe")
    epoch = room.put().epoch
    assert kinds(room.asks("subscribe", epoch=epoch, seq=0)) == [("delta", 1), ("heartbeat", 1)]


def test_a_client_that_left_is_sent_nothing() -> None:
    room = Room()
    room.asks("subscribe")
    room.hub.leave(room.session)
    assert room.publishes() == []
    assert room.hub.following() == {}


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        (GROUP, "not_allowed"),
        (f"{AREA}/business/blue-door", "not_allowed"),
        ("leuven/operations", "unknown_topic"),
        (f"{AREA}/nothing", "unknown_topic"),
        (f"{AREA}/business", "unknown_topic"),
        ("", "unknown_topic"),
    ],
)
def test_a_topic_that_is_not_theirs_is_refused(topic: str, reason: str) -> None:
    room = Room()
    assert room.asks("subscribe", topic) == [{"t": "refused", "reason": reason, "topic": topic}]
    assert room.publishes(topic=GROUP) == []
    assert room.hub.counters.refused[reason] == 1


def test_a_business_follows_its_own_topic_and_no_other() -> None:
    room = Room(Audience(role=Role.BUSINESS, subject="blue-door"))
    assert room.asks("subscribe", f"{AREA}/business/blue-door")[0]["t"] == "snapshot"
    assert room.asks("subscribe", f"{AREA}/business/red-door")[0]["reason"] == "not_allowed"
    assert room.asks("subscribe", OPERATIONS)[0]["reason"] == "not_allowed"


def test_topics_a_client_are_bounded() -> None:
    room = Room()
    for number in range(TOPICS_A_CLIENT):  # no audience has so many topics today; the bound holds all the same
        room.session.places[f"{AREA}/{number}"] = Place(epoch="e", seq=0, behind=False)
    assert room.asks("subscribe")[0]["reason"] == "too_many_topics"


def test_a_topic_too_many_for_the_view_is_refused_and_not_said_to_be_alive() -> None:
    room = Room(view=memory_view(topics_max=0))
    (refused,) = room.asks("subscribe", epoch="e9", seq=7)
    assert refused["reason"] == "unknown_topic"
    room.hub.beat()
    assert room.line.heard() == []


def test_asking_too_fast_is_refused_and_time_makes_it_good() -> None:
    room = Room()
    answers = [room.asks("subscribe") for _ in range(60)]
    assert [frames[0]["t"] for frames in answers].count("refused") == 10
    assert answers[-1][0]["reason"] == "too_fast"
    room.clock.now += 1.0
    assert room.asks("subscribe")[0]["t"] == "snapshot"


def test_a_heartbeat_says_where_the_client_is_and_what_the_desk_is_doing() -> None:
    room = Room()
    room.put()
    room.asks("subscribe")
    room.hub.beat()
    (beat,) = room.line.heard()
    assert beat == {
        "t": "heartbeat",
        "topic": OPERATIONS,
        "e": "e1",
        "s": 1,
        "at": "2026-05-16T22:00:00.000Z",
        "desk": "live",
        "why": None,
    }


def desk_of(frame: dict[str, Any]) -> tuple[str, str, int, str]:
    return frame["t"], frame["e"], frame["s"], frame["desk"]


def test_while_the_desk_restores_a_client_keeps_what_it_has_and_hears_that_the_desk_catches_up() -> None:
    room = Room(is_shown=False)
    assert room.asks("subscribe", epoch="before", seq=70) == []
    room.hub.beat()
    (beat,) = room.line.heard()
    assert desk_of(beat) == ("heartbeat", "before", 70, "catching_up"), "nothing newer is known than what it holds"
    assert room.publishes() == []
    room.hub.show()
    assert kinds(room.line.heard()) == [("gap", 1), ("snapshot", 1), ("heartbeat", 1)]
    assert kinds(room.publishes()) == [("delta", 2)]


def test_while_the_desk_restores_a_new_client_is_told_so_and_gets_no_empty_picture() -> None:
    room = Room(is_shown=False)
    assert room.asks("subscribe") == []
    room.hub.beat()
    (beat,) = room.line.heard()
    assert desk_of(beat) == ("heartbeat", "", 0, "catching_up")
    room.put()
    room.hub.show()
    snapshot, live = room.line.heard()
    assert (snapshot["t"], len(snapshot["state"]["incidents"])) == ("snapshot", 1)
    assert live["desk"] == "live"


def test_a_client_that_does_not_read_is_skipped_and_then_gets_the_ring() -> None:
    room = Room()
    room.asks("subscribe")
    room.line.is_read = False
    for _ in range(20):
        room.publishes(PAD)
    assert UNSENT_MAX < room.line.unsent < UNSENT_MAX + 2 * len(PAD)
    assert room.hub.counters.skipped == 1
    room.hub.beat()
    frames = room.reads_again()
    assert kinds(frames) == [*[("delta", seq) for seq in range(1, 21)], ("heartbeat", 20)]


def test_a_client_that_does_not_read_for_longer_than_the_ring_gets_a_gap_and_a_snapshot() -> None:
    room = Room(view=memory_view(ring_deltas=3))
    room.asks("subscribe")
    room.line.is_read = False
    for _ in range(20):
        room.publishes(PAD)
    frames = kinds(room.reads_again())
    sent = [frame for frame in frames if frame[0] == "delta"]
    assert sent == [("delta", seq) for seq in range(1, len(sent) + 1)]
    assert frames[len(sent) :] == [("gap", 20), ("snapshot", 20), ("heartbeat", 20)]


def test_a_large_snapshot_goes_out_as_it_is_read_and_is_not_slowness() -> None:
    room = Room()
    room.put("x" * 1_000_000)
    room.line.is_read = False
    room.session.receive(orjson.dumps({"op": "subscribe", "topic": OPERATIONS}))
    assert room.line.unsent < UNSENT_MAX + 40_000
    for _ in range(3):
        room.publishes()
    assert room.hub.counters.skipped == 0
    frames = room.reads_again()
    assert kinds(frames) == [("snapshot", 1), ("delta", 2), ("delta", 3), ("delta", 4), ("heartbeat", 4)]
    assert len(frames[0]["state"]["incidents"]["a"]["pad"]) == 1_000_000


def test_a_large_delta_goes_out_in_fragments_too() -> None:
    room = Room()
    room.asks("subscribe")
    room.line.is_read = False
    room.publishes("y" * 300_000)
    assert room.line.unsent < UNSENT_MAX + 40_000
    assert kinds(room.reads_again()) == [("delta", 1)]
    assert kinds(room.publishes()) == [("delta", 2)]


def test_leaving_a_topic_in_the_middle_of_its_snapshot_ends_the_message_first() -> None:
    room = Room()
    room.put("x" * 300_000)
    room.line.is_read = False
    room.session.receive(orjson.dumps({"op": "subscribe", "topic": OPERATIONS}))
    room.session.receive(orjson.dumps({"op": "unsubscribe", "topic": OPERATIONS}))
    assert kinds(room.reads_again()) == [("snapshot", 1)]


def test_a_client_that_takes_nothing_for_a_minute_is_given_up() -> None:
    room = Room()
    room.asks("subscribe")
    room.line.is_read = False
    room.publishes(PAD)
    room.hub.beat()
    room.clock.now += STUCK_S + 1
    room.hub.beat()
    assert not room.line.is_open
    assert room.hub.counters.ended == {"stuck": 1}
    assert room.publishes() == []


def test_a_client_that_reads_slowly_but_reads_is_kept() -> None:
    room = Room()
    room.asks("subscribe")
    room.line.is_read = False
    room.publishes(PAD)
    for _ in range(10):
        room.clock.now += STUCK_S - 1
        room.line.unsent -= 100
        room.hub.beat()
    assert room.line.is_open


def test_an_idle_client_is_not_stuck() -> None:
    room = Room()
    room.asks("subscribe")
    room.clock.now += 10 * STUCK_S
    room.hub.beat()
    assert room.line.is_open


def test_what_is_done_is_counted_by_role() -> None:
    room = Room()
    room.publishes()
    room.publishes(topic=GROUP)
    assert room.hub.counters.deltas == {"operations": 1, "group": 1}
    assert room.hub.following() == {"operations": 1}


def test_a_view_that_began_anew_reaches_everybody_without_a_delta() -> None:
    room = Room(is_shown=False)
    assert kinds(room.asks("subscribe")) == []
    room.put()
    room.hub.begin_anew()
    assert kinds(room.line.heard()) == [("snapshot", 1), ("heartbeat", 1)]
    room.put()
    room.hub.begin_anew()
    assert kinds(room.line.heard()) == [("delta", 2), ("heartbeat", 2)]
