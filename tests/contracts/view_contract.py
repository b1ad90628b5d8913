"""What every view must do: the one in memory, and the Redis one when it comes.

A test class inherits the contract and gives the fixture `open_view`: called with a realm and bounds it opens a view of
that realm, all of them in one and the same store.
"""

from typing import Protocol

import orjson
import pytest

from api.view import Held, Missed, Published, Update, View, Whole
from schemas.picture import Kind
from tests.builders_client import Picture, fold_frames
from tests.builders_push import GROUP, OPERATIONS, caught_up, update

EMPTY_STATE: dict[str, dict[str, object]] = {kind.value: {} for kind in Kind}


class OpenView(Protocol):
    def __call__(self, realm: str = "live", *, ring_deltas: int = 2_000, ring_bytes: int = 4_000_000) -> View: ...


def put(view: View, *updates: Update) -> Published:
    (delta,) = view.put(updates)
    return delta


def whole(view: View, topic: str = OPERATIONS) -> Whole:
    answer = view.resume(topic, None, None)
    assert isinstance(answer, Whole)
    return answer


def missed(view: View, epoch: str, seq: int) -> list[int]:
    answer = view.resume(OPERATIONS, epoch, seq)
    assert isinstance(answer, Missed)
    return [delta.seq for delta in answer.deltas]


class ViewContract:
    """Epoch and seq, what is newer, what changes nothing, resume inside and outside the ring, realms."""

    @pytest.fixture
    def view(self, open_view: OpenView) -> View:
        return open_view()

    def test_a_new_topic_is_empty_at_seq_0_with_every_kind_there(self, view: View) -> None:
        snapshot = orjson.loads(whole(view).frame)
        epoch = whole(view).epoch
        assert snapshot == {"t": "snapshot", "topic": OPERATIONS, "e": epoch, "s": 0, "state": EMPTY_STATE}

    def test_each_put_is_one_delta_and_raises_seq_by_one(self, view: View) -> None:
        deltas = [put(view, update(offset, record={"n": offset}), update(offset, "b", {"n": 0})) for offset in (1, 2)]
        assert [delta.seq for delta in deltas] == [1, 2]
        assert {delta.epoch for delta in deltas} == {whole(view).epoch}

    def test_a_delta_says_what_was_set_and_what_removed_and_both_are_always_there(self, view: View) -> None:
        first = orjson.loads(put(view, update(1, "a", {"n": 1})).frame)
        second = orjson.loads(put(view, update(2, "a")).frame)
        assert (first["up"], first["del"]) == ({"incidents": {"a": {"n": 1}}}, {})
        assert (second["up"], second["del"]) == ({}, {"incidents": ["a"]})

    def test_each_topic_counts_for_itself(self, view: View) -> None:
        put(view, update(1, record={"n": 1}))
        there = view.put([update(2, "b", {"n": 1}, topics=(OPERATIONS, GROUP))])
        assert [(delta.topic, delta.seq) for delta in there] == [(OPERATIONS, 2), (GROUP, 1)]
        assert whole(view, GROUP).epoch != whole(view).epoch

    def test_a_key_leaves_the_topics_that_may_not_show_it_any_more(self, view: View) -> None:
        view.put([update(1, record={"n": 1}, topics=(OPERATIONS, GROUP))])
        there = view.put([update(2, record={"n": 2}, topics=(GROUP,))])
        assert [(delta.topic, delta.seq) for delta in there] == [(GROUP, 2), (OPERATIONS, 2)]
        assert caught_up(view).state["incidents"] == {}
        assert caught_up(view, GROUP).state["incidents"] == {"a": {"n": 2}}

    def test_what_is_shown_nowhere_any_more_is_not_brought_back_anywhere_by_an_older_version(self, view: View) -> None:
        assert view.put([update(5, record={"n": 5}, topics=())]) == []
        assert view.put([update(4, record={"n": 4}, topics=(OPERATIONS, GROUP))]) == []
        view.put([update(6, record={"n": 6}, topics=(GROUP,))])
        assert view.put([update(5, record={"n": 5})]) == []
        assert caught_up(view).state["incidents"] == {}

    @pytest.mark.parametrize(
        ("version", "record"), [(5, {"n": 2}), (4, {"n": 2}), (5, None)], ids=["same", "older", "older removal"]
    )
    def test_what_is_not_newer_changes_nothing(self, view: View, version: int, record: object) -> None:
        put(view, update(5, record={"n": 1}))
        assert view.put([update(version, record=record)]) == []
        assert caught_up(view).state["incidents"] == {"a": {"n": 1}}

    def test_a_removed_key_is_not_brought_back_by_an_older_version(self, view: View) -> None:
        put(view, update(1, record={"n": 1}))
        put(view, update(9))
        assert view.put([update(8, record={"n": 8})]) == []
        assert put(view, update(10, record={"n": 10})).seq == 3

    def test_a_key_removed_before_it_was_ever_set_is_remembered_too(self, view: View) -> None:
        assert view.put([update(9)]) == []
        assert view.put([update(8, record={"n": 8})]) == []

    def test_what_is_forgotten_may_come_back(self, view: View) -> None:
        view.put([update(8, "a"), update(9, "b")])
        view.forget((9, 0))
        assert put(view, update(7, "a", {"n": 7})).seq == 1
        assert view.put([update(7, "b", {"n": 7})]) == []

    def test_the_same_bytes_again_are_no_delta_but_raise_the_version(self, view: View) -> None:
        put(view, update(1, record={"n": 1}))
        assert view.put([update(5, record={"n": 1})]) == []
        assert view.put([update(3, record={"n": 3})]) == []

    def test_a_client_at_the_head_missed_nothing(self, view: View) -> None:
        delta = put(view, update(1, record={"n": 1}))
        assert missed(view, delta.epoch, delta.seq) == []

    def test_inside_the_ring_a_client_gets_what_it_missed_in_order(self, view: View) -> None:
        deltas = [put(view, update(offset, record={"n": offset})) for offset in range(1, 6)]
        assert missed(view, deltas[0].epoch, 2) == [3, 4, 5]
        assert missed(view, deltas[0].epoch, 0) == [1, 2, 3, 4, 5]

    def test_outside_the_ring_a_client_gets_the_whole(self, open_view: OpenView) -> None:
        view = open_view(ring_deltas=2)
        epoch = put(view, update(1, record={"n": 1})).epoch
        for offset in range(2, 6):
            put(view, update(offset, record={"n": offset}))
        assert missed(view, epoch, 3) == [4, 5]
        answer = view.resume(OPERATIONS, epoch, 2)
        assert isinstance(answer, Whole)
        assert answer.seq == 5

    def test_the_ring_is_bounded_by_bytes_as_well(self, open_view: OpenView) -> None:
        view = open_view(ring_bytes=1_000)
        epoch = put(view, update(1, record={"pad": "x" * 300})).epoch
        for offset in range(2, 6):
            put(view, update(offset, record={"pad": "x" * 300 + str(offset)}))
        assert missed(view, epoch, 3) == [4, 5]
        assert isinstance(view.resume(OPERATIONS, epoch, 2), Whole)

    def test_a_delta_larger_than_the_ring_leaves_it_empty(self, open_view: OpenView) -> None:
        view = open_view(ring_bytes=100)
        delta = put(view, update(1, record={"pad": "x" * 200}))
        assert isinstance(view.resume(OPERATIONS, delta.epoch, 0), Whole)
        assert missed(view, delta.epoch, 1) == []

    @pytest.mark.parametrize(
        ("epoch", "seq"), [("another", 1), (None, 1), ("mine", 2), ("mine", -1), ("mine", 10**30), ("mine", None)]
    )
    def test_another_epoch_or_a_seq_that_never_was_gets_the_whole(
        self, view: View, epoch: str | None, seq: int | None
    ) -> None:
        delta = put(view, update(1, record={"n": 1}))
        answer = view.resume(OPERATIONS, delta.epoch if epoch == "mine" else epoch, seq)
        assert isinstance(answer, Whole)
        assert (answer.epoch, answer.seq) == (delta.epoch, 1)

    def test_whoever_missed_very_much_asks_again_until_there_is_no_more(self, view: View) -> None:
        start = fold_frames([whole(view).frame])
        for offset in range(1, 1_000):
            put(view, update(offset, record={"n": offset}))
        assert caught_up(view, picture=start) == caught_up(view)
        assert caught_up(view).s == 999

    def test_a_snapshot_is_of_now(self, view: View) -> None:
        for offset in (1, 2):
            put(view, update(offset, record={"n": offset}))
            assert fold_frames([whole(view).frame]).state["incidents"] == {"a": {"n": offset}}

    def test_what_is_held_of_a_kind_is_what_clients_see_with_the_seq_of_its_last_change(self, view: View) -> None:
        delta = put(view, update(1, "a", {"n": 1}), update(1, "w", {"n": 2}, kind=Kind.WINDOWS))
        put(view, update(2, "w", {"n": 3}, kind=Kind.WINDOWS))
        held = view.held(OPERATIONS, Kind.INCIDENTS)
        assert held == Held(epoch=delta.epoch, seq=1, records={"a": b'{"n":1}'})
        put(view, update(3, "a"))
        assert held.records == {"a": b'{"n":1}'}, "a copy does not change"
        assert view.held(OPERATIONS, Kind.INCIDENTS) == Held(epoch=delta.epoch, seq=3, records={})
        windows = view.held(OPERATIONS, Kind.WINDOWS)
        assert windows is not None
        assert (windows.seq, windows.records) == (2, {"w": b'{"n":3}'})

    def test_a_realm_never_sees_another(self, open_view: OpenView) -> None:
        live, drill = open_view("live"), open_view("exercise")
        delta = put(live, update(1, record={"n": "live"}))
        put(drill, update(1, "b", {"n": "drill"}))
        assert caught_up(live).state["incidents"] == {"a": {"n": "live"}}
        assert caught_up(drill).state["incidents"] == {"b": {"n": "drill"}}
        crossed = Picture(e=delta.epoch, s=delta.seq, state={}, standing="following")
        assert isinstance(drill.resume(OPERATIONS, crossed.e, crossed.s), Whole)
