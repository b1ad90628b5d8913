"""A follower through what befalls Redis: gone, paused, trimmed, on another run; and what it hands on."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.redis_view.connection import Server, ViewLost, connect
from api.redis_view.reading import Missing, Reading
from api.redis_view.standing import SILENT_S
from api.redis_view.writer import Bounds
from api.ring import Ring
from api.topic import Topic
from api.view import Missed, Whole
from schemas.told import DeskTold, DeskWord
from tests.builders_push import AREA, AT, GROUP, OPERATIONS, Clock, caught_up, update
from tests.builders_redis import Follower, a_realm, a_writer, cut, following, until
from tests.builders_services import StartedRedis, started_redis

pytestmark = pytest.mark.server


@pytest.fixture
def server(redis: StartedRedis) -> Iterator[Server]:
    with closing(connect(redis.url, "test")) as found:
        yield found


def test_every_delta_is_handed_on_once_and_in_order(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    view = a_writer(server, realm)
    view.put([update(1, record={"n": 1})])
    with following(redis.url, realm) as follower:
        follower.reaches(view)
        for number in range(2, 60):
            view.put([update(number, record={"n": number})])
            if number % 20 == 0:
                cut(follower.server)
        follower.reaches(view)
        assert [delta.seq for delta in follower.deltas] == list(range(2, 60))
        assert (follower.begun, follower.mirror.read) == (1, 1)


def test_a_follower_that_was_away_for_longer_than_the_stream_reads_anew(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    view = a_writer(server, realm, bounds=Bounds(deltas=3))
    view.put([update(1, record={"n": 1})])
    with following(redis.url, realm) as follower:
        follower.reaches(view)
        held = caught_up(follower.mirror)
        follower.mirror._lock.acquire()
        view.put([update(2, record={"n": 2})])
        for number in range(3, 10):
            view.put([update(number, record={"n": number})])
        follower.mirror._lock.release()
        follower.reaches(view)
        until(lambda: follower.begun == 2)
        assert isinstance(follower.mirror.resume(OPERATIONS, held.e, held.s), Whole)
        assert isinstance(follower.mirror.resume(OPERATIONS, held.e, held.s + 6), Missed)
        assert caught_up(follower.mirror, picture=held) == caught_up(follower.mirror)


def test_a_delta_too_large_for_the_stream_is_read_with_the_whole(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    view = a_writer(server, realm, bounds=Bounds(deltas_bytes=500))
    with following(redis.url, realm) as follower:
        follower.reaches(view)
        view.put([update(1, record={"pad": "x" * 1_000})])
        follower.reaches(view)
        assert caught_up(follower.mirror).state["incidents"]["a"] == {"pad": "x" * 1_000}


def test_a_paused_redis_is_said_to_be_silent_and_the_follower_goes_on_after(tmp_path: Path) -> None:
    with started_redis(tmp_path) as own, closing(connect(own.url, "test")) as server:
        realm = a_realm()
        view = a_writer(server, realm)
        view.put([update(1, record={"n": 1})])
        view.say(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=2), AT)
        with following(own.url, realm, answer_s=1.0) as follower:
            until(lambda: follower.mirror.state().state == "live")
            with own.paused():
                until(lambda: "does not answer" in (follower.mirror.state().why or ""))
                assert caught_up(follower.mirror).state["incidents"] == {"a": {"n": 1}}
            until(lambda: follower.mirror.state().state == "live")
            view.put([update(2, record={"n": 2})])
            follower.reaches(view)
            assert follower.begun == 1, "nothing was lost, so nothing is read again"


def test_a_redis_that_comes_back_from_a_file_has_another_run(tmp_path: Path) -> None:
    with started_redis(tmp_path) as own, closing(connect(own.url, "test")) as server:
        realm = a_realm()
        view = a_writer(server, realm)
        view.put([update(1, record={"n": 1})])
        head = server.client.hgetall(f"nightdesk:{{{realm}:westminster}}:run")
        own.kill()
        own.start()
        server.client.hset(f"nightdesk:{{{realm}:westminster}}:run", mapping=head)
        with pytest.raises(ViewLost):
            view.put([update(2, record={"n": 2})])
        again = a_writer(server, realm, is_whole=False)
        assert again.run != view.run
        assert again.number() == 0


def test_nobody_is_shown_a_run_that_is_not_whole(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    view = a_writer(server, realm, is_whole=False)
    with following(redis.url, realm) as follower:
        view.put([update(1, record={"n": 1})])
        until(lambda: "put together" in (follower.mirror.state().why or ""))
        assert follower.mirror.ready() == (False, follower.mirror.state().why)
        view.mark_whole()
        until(lambda: follower.mirror.ready()[0])
        assert caught_up(follower.mirror).state["incidents"] == {"a": {"n": 1}}


def test_deltas_that_left_are_missed_also_when_their_topic_says_nothing_more(
    redis: StartedRedis, server: Server
) -> None:
    realm = a_realm()
    view = a_writer(server, realm, bounds=Bounds(deltas=3))
    view.put([update(1, record={"n": 1})])
    with following(redis.url, realm) as follower:
        follower.reaches(view)
        with follower.mirror._lock:
            view.put([update(2, record={"n": 2})])
            view.put([update(3, "quiet", {"n": 3}, topics=(GROUP,))])
            for number in range(4, 9):
                view.put([update(number, f"new-{number}", {"n": number}, topics=(f"westminster/haven/{number}",))])
        follower.reaches(view)
        assert caught_up(follower.mirror, GROUP).state["incidents"] == {"quiet": {"n": 3}}


def test_a_whole_that_the_stream_does_not_join_is_no_whole(server: Server) -> None:
    realm = a_realm()
    view = a_writer(server, realm)
    reading = Reading(server, realm, AREA, new_topic=_new_topic)
    for number in range(1, 4):
        view.put([update(number, record={"n": number})])
    head = reading.head()
    assert head is not None
    view.put([update(4, record={"n": 4})])
    (stream,) = server.client.keys(f"nightdesk:{{{realm}:*:deltas:*")
    assert reading.whole(head)[1] == 4
    server.client.xtrim(stream, maxlen=0, approximate=False)
    with pytest.raises(Missing):
        reading.whole(head)
    view.put([update(5, record={"n": 5})])
    with pytest.raises(Missing):
        reading.whole(head)
    now = reading.head()
    assert now is not None
    assert reading.whole(now)[1] == 5


def _new_topic(name: str, epoch: str) -> Topic:
    return Topic(name, epoch, Ring(deltas_max=10, bytes_max=1_000))


def test_a_follower_that_lags_for_good_says_that_its_picture_is_old(redis: StartedRedis, server: Server) -> None:
    realm, clock = a_realm(), Clock()
    view = a_writer(server, realm)
    view.say(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=1), AT)
    follower = Follower(server, realm, clock)
    mirror = follower.mirror
    mirror.follow_once()
    assert mirror.state().state == "live"
    for number in range(1, 5):
        view.put([update(number, record={"n": number})])
        view.say(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=number), AT)
        clock.now += SILENT_S / 4
        mirror.follow_once()  # how it stands is always known, and what is shown goes no further
        assert mirror.state().state == "live"
    clock.now += 1.0
    mirror.follow_once()
    assert (mirror.state().state, mirror.number) == ("catching_up", 0)
    follower.start()
    follower.reaches(view)
    clock.now += 1.0
    until(lambda: mirror.state().state == "live")
    mirror.stop()
