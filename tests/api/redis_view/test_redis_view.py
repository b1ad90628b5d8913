"""The view in Redis keeps the contract of views, tells byte for byte what the one in memory tells, and has bounds."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from api.memory_view import MemoryView
from api.projector import Projector
from api.redis_view.connection import Server, connect
from api.redis_view.names import epoch_of
from api.redis_view.writer import Bounds
from api.view import Missed, Whole
from schemas.picture import Kind
from tests.api.test_projector_laws import TOPICS
from tests.builders_client import Picture
from tests.builders_push import AREA, GROUP, OPERATIONS, caught_up, change, update
from tests.builders_redis import Followed, a_realm, a_writer, following
from tests.builders_services import StartedRedis
from tests.contracts.golden_writer import Story, evening
from tests.contracts.view_contract import OpenView, ViewContract

pytestmark = pytest.mark.server


@pytest.fixture
def server(redis: StartedRedis) -> Iterator[Server]:
    with closing(connect(redis.url, "test")) as found:
        yield found


@pytest.fixture
def open_view(redis: StartedRedis, server: Server) -> Iterator[OpenView]:
    with ExitStack() as stack:

        def open_(realm: str = "live", *, ring_deltas: int = 2_000, ring_bytes: int = 4_000_000) -> Followed:
            own = a_realm(realm)
            follower = stack.enter_context(following(redis.url, own, ring_deltas=ring_deltas, ring_bytes=ring_bytes))
            view = Followed(a_writer(server, own), follower)
            follower.reaches(view.writer)
            return view

        yield open_


class TestRedisView(ViewContract):
    """The contract, on what one process puts and another shows."""


def test_frames_are_byte_for_byte_those_of_the_view_in_memory(open_view: OpenView) -> None:
    there = open_view()
    assert isinstance(there, Followed)
    here = MemoryView(iter(epoch_of(there.writer.run, topic) for topic in (OPERATIONS, GROUP)).__next__)
    told = []
    for view in (here, there):
        topics = OPERATIONS, GROUP
        deltas = list(view.put([update(1, 'odd "key"\n/\\ é', {"é": "\n"}, topics=topics), update(1, "b", {"n": 1})]))
        deltas += view.put([update(2, "w", {"n": 1.5}, kind=Kind.WINDOWS), update(2, "b"), update(2, "c", [1])])
        deltas += view.put([update(3, 'odd "key"\n/\\ é'), update(3, "w", kind=Kind.WINDOWS), update(3, "c", {})])
        told.append([(delta.topic, delta.epoch, delta.seq, delta.frame) for delta in deltas])
    assert told[0] == told[1]


def test_golden_stories_are_told_the_same(open_view: OpenView) -> None:
    there = open_view()
    assert isinstance(there, Followed)
    here = Story(epoch_of(there.writer.run, OPERATIONS))
    projector = Projector(AREA, view=there)
    for at, changes in enumerate([evening(), (change(5, "fight"),), (change(6, "theft"),)]):
        projector.apply(changes)
        deltas = projector.flush(float(at))
        assert [delta.frame for delta in deltas if delta.topic == OPERATIONS] == here.happens(*changes)
    assert caught_up(there) == caught_up(here.view)


def test_one_topic_too_many_shows_nothing_and_is_counted(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    writer = a_writer(server, realm, bounds=Bounds(topics=1))
    writer.put([update(1, record={"n": 1}, topics=(OPERATIONS, GROUP))])
    assert writer.refused == 1
    with following(redis.url, realm) as follower:
        follower.reaches(writer)
        assert caught_up(follower.mirror).state["incidents"] == {"a": {"n": 1}}
        assert caught_up(follower.mirror, GROUP).state["incidents"] == {}


def test_a_follower_shows_no_more_topics_than_it_may(open_view: OpenView) -> None:
    view = open_view()
    asked = [view.resume(f"{AREA}/business/venue-{number}", None, None) for number in range(1_025)]
    assert isinstance(asked[-2], Whole)
    assert asked[-1] is None


def test_the_first_deleted_is_forgotten_first_beyond_the_bound(server: Server) -> None:
    writer = a_writer(server, a_realm(), bounds=Bounds(gone=2))
    writer.put([update(1, "a"), update(2, "b"), update(3, "c")])
    writer.put([update(0, "a", {"n": 0}), update(1, "b", {"n": 1})])
    assert [key for (_, key), _ in writer.holding()] == ["a"]


def test_many_keys_are_put_in_several_steps_and_forgotten_in_several(server: Server) -> None:
    writer = a_writer(server, a_realm())
    writer.put([update(1, str(number), {"n": number}) for number in range(1_250)])
    assert writer.number() == 3
    writer.put([update(2, str(number)) for number in range(1_250)])
    writer.forget((3, 0))
    assert list(writer.holding()) == []
    writer.put([update(1, "7", {"n": 7})])
    assert [key for (_, key), _ in writer.holding()] == ["7"]


def test_versions_are_exact_far_beyond_what_a_journal_reaches(server: Server) -> None:
    writer, last = a_writer(server, a_realm()), 2**53
    writer.put([update(last - 1, record={"n": 1})])
    before = writer.number()
    writer.put([update(last - 2, record={"n": 0})])
    assert writer.number() == before
    writer.put([update(last, record={"n": 2})])
    assert [version for _, version in writer.holding()] == [(last, 0)]


def test_the_deltas_in_redis_are_bounded_by_number_and_by_bytes(server: Server) -> None:
    for bounds in (Bounds(deltas=3), Bounds(deltas_bytes=1_500)):
        realm = a_realm()
        writer = a_writer(server, realm, bounds=bounds)
        for number in range(1, 20):
            writer.put([update(number, record={"pad": "x" * 300, "n": number})])
        (stream,) = server.client.keys(f"nightdesk:{{{realm}:*:deltas:*")
        kept = server.client.xrange(stream)
        assert [int(id_.partition(b"-")[0]) for id_, _ in kept] == [17, 18, 19]


def test_a_client_that_comes_back_to_another_process_gets_what_it_missed(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    writer = a_writer(server, realm)
    with following(redis.url, realm) as first:
        writer.put([update(1, record={"n": 1})])
        first.reaches(writer)
        held = caught_up(first.mirror)
    writer.put([update(2, record={"n": 2})])
    with following(redis.url, realm) as second:
        second.reaches(writer)
        assert isinstance(second.mirror.resume(OPERATIONS, held.e, held.s), Missed)
        assert caught_up(second.mirror, picture=held) == caught_up(second.mirror)


def test_an_empty_topic_has_the_epoch_that_its_first_delta_will_have(open_view: OpenView) -> None:
    view = open_view()
    empty = caught_up(view, TOPICS[3])
    (delta,) = view.put([update(1, record={"n": 1}, topics=(TOPICS[3],))])
    assert (empty.e, empty.s) == (delta.epoch, 0)
    assert caught_up(view, TOPICS[3], empty) == caught_up(view, TOPICS[3], Picture())
