"""What the picture topic tells comes into Redis whole, and again when Redis lost it, whoever projects and how many."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.projecting import BEAT_EVERY_S, REST_S, Projecting, Put
from api.redis_view.connection import WAIT_FIRST_S, Server, ViewUnavailable, connect
from api.redis_view.standing import SILENT_S
from api.redis_view.writer import RedisView
from schemas.categories import Category
from schemas.picture import Change, Kind
from schemas.told import Census, DeskTold, DeskWord, Told
from tests.builders_contracts import incident, member
from tests.builders_push import AREA, AT, OPERATIONS, Clock, caught_up, change, gone
from tests.builders_redis import a_realm, following, new_run, until
from tests.builders_services import StartedRedis, started_redis

pytestmark = pytest.mark.server
BUSINESS = f"{AREA}/business/blue-door"


@pytest.fixture
def server(redis: StartedRedis) -> Iterator[Server]:
    with closing(connect(redis.url, "test")) as found:
        yield found


class Project:
    """A projector's heart on a clock that a test moves."""

    def __init__(self, server: Server, realm: str) -> None:
        self.realm, self.clock = realm, Clock()
        self.view = RedisView(server, realm, AREA, new_run=new_run)
        self.heart = Projecting(AREA, self.view, clock=self.clock)

    def told(self, *told: Told, at: int = AT) -> Put:
        """Tell, and put at the next time that is right."""
        self.heart.take(told, at)
        self.clock.now += 3.0
        return self.heart.put()

    def told_all(self, *told: Told) -> Put:
        """Begin anew, and tell everything there is."""
        assert self.heart.begin() is False
        self.heart.take(told, AT)
        self.heart.end_of_all()
        self.clock.now += 3.0
        return self.heart.put()

    def keys(self) -> list[str]:
        return sorted(key for (_, key), _ in self.view.holding())


def census(offset: int, *changes: Change) -> tuple[Told, ...]:
    return Census(offset=offset, ended=False), *changes, Census(offset=offset, ended=True)


def seen_by_a_business(offset: int) -> Change:
    return change(offset, record=incident(member(), id="a"))


def hidden_from_it(offset: int) -> Change:
    record = incident(member(category=Category.HIDDEN_HARM, reporter="team:soho"), id="a")
    return change(offset, record=record)


def test_what_is_told_is_shown_once_it_is_whole(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    project = Project(server, realm)
    with following(redis.url, realm) as follower:
        assert project.heart.begin() is False
        assert project.told(change(1)) is Put.DONE
        until(lambda: "put together" in (follower.mirror.state().why or ""))
        assert not follower.mirror.is_shown
        project.heart.end_of_all()
        assert project.told(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=2)) is Put.DONE
        until(lambda: follower.mirror.state().state == "live")
        assert list(caught_up(follower.mirror).state["incidents"]) == ["a"]
        assert follower.mirror.state().at == AT


def test_it_says_in_how_long_it_has_something_to_put(server: Server) -> None:
    project = Project(server, a_realm())
    assert project.told_all(change(1)) is Put.DONE
    assert project.heart.due_in_s() == BEAT_EVERY_S
    project.heart.take([change(2, "b")], AT)
    assert project.heart.due_in_s() == pytest.approx(REST_S), "Redis has just been asked"
    project.clock.now += REST_S / 2
    assert project.heart.put() is Put.WAITS
    assert project.heart.due_in_s() == pytest.approx(REST_S / 2)
    project.clock.now += project.heart.due_in_s()
    assert project.heart.put() is Put.DONE
    assert project.keys() == ["a", "b"]


def test_it_waits_for_a_redis_that_is_gone_and_not_busily(tmp_path: Path) -> None:
    with started_redis(tmp_path) as own, closing(connect(own.url, "test")) as server:
        project = Project(server, a_realm())
        assert project.told_all(change(1)) is Put.DONE
        own.kill()
        assert project.told(change(2, "b")) is Put.WAITS
        assert project.heart.due_in_s() == pytest.approx(WAIT_FIRST_S)


def test_a_second_projector_joins_and_only_news_are_wanted(server: Server) -> None:
    realm = a_realm()
    first, second = Project(server, realm), Project(server, realm)
    assert first.told_all(change(1), change(2, "b")) is Put.DONE
    assert second.heart.begin() is True
    assert second.heart.run == first.heart.run
    assert second.told(gone(3, "b")) is Put.DONE
    assert first.told(change(2, "b")) is Put.DONE
    assert second.keys() == ["a"]


def test_what_was_hidden_while_nobody_projected_is_taken_away(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    assert Project(server, realm).told_all(seen_by_a_business(1)) is Put.DONE
    with following(redis.url, realm) as follower:
        until(lambda: follower.mirror.is_shown)
        assert caught_up(follower.mirror, BUSINESS).state["incidents"]
        after = Project(server, realm)
        after.heart.begin()
        assert after.told(hidden_from_it(2)) is Put.DONE
        follower.reaches(after.view)
        assert not caught_up(follower.mirror, BUSINESS).state["incidents"]


def test_a_paused_projector_shows_nobody_what_was_hidden_since(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    paused, other = Project(server, realm), Project(server, realm)
    paused.told_all()
    paused.heart.take([seen_by_a_business(1)], AT)
    other.heart.begin()
    assert other.told(hidden_from_it(2)) is Put.DONE
    assert paused.told() is Put.DONE
    with following(redis.url, realm) as follower:
        follower.reaches(other.view)
        assert not caught_up(follower.mirror, BUSINESS).state["incidents"]


def test_a_census_removes_what_it_does_not_count_and_nothing_newer(server: Server) -> None:
    project = Project(server, a_realm())
    project.told_all(change(1, "left"), change(2, "stays"), change(3, "b"))
    assert project.told(*census(10, change(2, "stays")), change(12, "b")) is Put.DONE
    assert project.keys() == ["b", "stays"]
    assert project.told(change(1, "left"), change(11, "left")) is Put.DONE
    assert project.keys() == ["b", "left", "stays"]


def test_a_census_counts_only_from_its_own_beginning_to_its_own_end(server: Server) -> None:
    project = Project(server, a_realm())
    project.told_all(change(1, "a"), change(2, "b"))
    assert project.told(Census(offset=9, ended=True)) is Put.DONE
    assert project.told(Census(offset=5, ended=False), Census(offset=6, ended=True)) is Put.DONE
    assert project.keys() == ["a", "b"]
    begins = [Census(offset=10 + number, ended=False) for number in range(6)]
    assert project.told(*begins, Census(offset=10, ended=True)) is Put.DONE
    assert project.keys() == ["a", "b"], "of six at once the first two are let go"
    assert project.told(change(1, "a"), Census(offset=15, ended=True)) is Put.DONE
    assert project.keys() == ["a"]


def test_a_census_removes_nothing_that_waits_for_its_time(server: Server) -> None:
    project = Project(server, a_realm())
    project.told_all(change(1, "left"), change(2, "waits"), change(3, "stays"))
    ended = Census(offset=10, ended=True, waiting=((Kind.INCIDENTS, "waits"),))
    assert project.told(Census(offset=10, ended=False), change(3, "stays"), ended) is Put.DONE
    assert project.keys() == ["stays", "waits"]


def test_two_owners_that_count_at_once_remove_nothing_that_one_of_them_counted(server: Server) -> None:
    project = Project(server, a_realm())
    project.told_all(change(1, "a"), change(2, "b"))
    begins, ends = ([Census(offset=10, ended=ended, by=by) for by in ("paused", "other")] for ended in (False, True))
    assert project.told(begins[0], change(1, "a"), begins[1], change(2, "b"), ends[0]) is Put.DONE
    assert project.keys() == ["a", "b"], "the other's beginning is none of its own"
    assert project.told(change(1, "a"), change(2, "b"), ends[1]) is Put.DONE
    assert project.keys() == ["a", "b"]


def test_what_redis_lost_is_put_again_and_nobody_sees_half_of_it(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    project = Project(server, realm)
    everything: list[Told] = [change(1), change(2, "b"), DeskTold(word=DeskWord.LIVE, at=AT, next_offset=3)]
    project.told_all(*everything)
    with following(redis.url, realm) as follower:
        follower.reaches(project.view)
        held = caught_up(follower.mirror)
        server.client.delete(*server.client.keys(f"nightdesk:{{{realm}:*"))
        assert project.told() is Put.LOST, "the next sign of life finds out"
        until(lambda: follower.mirror.state().state == "catching_up")
        assert project.heart.begin() is False
        assert project.told(change(1)) is Put.DONE
        assert caught_up(follower.mirror, picture=held).state == held.state, "the old picture stands"
        project.heart.end_of_all()
        assert project.told(*everything) is Put.DONE
        follower.reaches(project.view)
        assert follower.begun == 2
        now = caught_up(follower.mirror, picture=held)
        assert (now.state, now.standing) == (held.state, "following")
        assert now.e != held.e


def test_a_word_of_an_owner_that_knows_less_is_not_heard(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    project = Project(server, realm)
    project.told_all(DeskTold(word=DeskWord.LIVE, at=AT + 9, next_offset=9))
    project.told(DeskTold(word=DeskWord.CATCHING_UP, at=AT, next_offset=8, trouble="old"))
    clock = Clock()
    with following(redis.url, realm, clock) as follower:
        until(lambda: follower.mirror.state().at == AT + 9)
        assert follower.mirror.state().state == "live"
        clock.now += SILENT_S + 8
        until(lambda: follower.mirror.state().state == "catching_up")
        assert follower.mirror.state().why == (
            "Nothing has brought the live picture here for 23 s. What you see may be old."
        )
        project.told(DeskTold(word=DeskWord.STOPPED, at=AT + 9, next_offset=9, trouble="It was stopped."))
        until(lambda: follower.mirror.state().state == "stopped")
        assert follower.mirror.state().why == "It was stopped."


def test_a_backlog_is_not_shown_as_what_is_now(redis: StartedRedis, server: Server) -> None:
    realm = a_realm()
    project = Project(server, realm)
    project.told_all(change(1), DeskTold(word=DeskWord.LIVE, at=AT, next_offset=2))
    with following(redis.url, realm) as follower:
        until(lambda: follower.mirror.state().state == "live")
        project.told(change(2), DeskTold(word=DeskWord.LIVE, at=AT, next_offset=3), at=AT - 600_000)
        until(lambda: follower.mirror.state().state == "catching_up")
        assert str(follower.mirror.state().why).startswith("What the desk tells comes here 600 s late.")
        project.told(DeskTold(word=DeskWord.LIVE, at=AT, next_offset=3))
        until(lambda: follower.mirror.state().state == "live")


def test_redis_that_is_killed_is_waited_for_and_gets_everything_again(tmp_path: Path) -> None:
    with started_redis(tmp_path) as own, closing(connect(own.url, "test")) as server:
        realm = a_realm()
        project = Project(server, realm)
        with following(own.url, realm) as follower:
            project.told_all(change(1))
            follower.reaches(project.view)
            own.kill()
            assert project.told(change(2, "b")) is Put.WAITS
            assert project.heart.trouble == "The live picture cannot be passed on just now (Redis cannot be reached)."
            until(lambda: "Redis cannot be reached" in (follower.mirror.state().why or ""))
            assert list(caught_up(follower.mirror).state["incidents"]) == ["a"]
            assert project.heart.put() is Put.WAITS, "it is not asked again at once"
            own.start()
            assert project.told() is Put.LOST
            assert project.told_all(change(1), change(2, "b")) is Put.DONE
            follower.reaches(project.view)
            assert sorted(caught_up(follower.mirror).state["incidents"]) == ["a", "b"]
            assert project.heart.trouble is None


def test_a_redis_that_is_absent_at_the_start_is_asked_again_later(tmp_path: Path) -> None:
    with started_redis(tmp_path) as own, closing(connect(own.url, "test")) as server:
        own.kill()
        project = Project(server, a_realm())
        assert project.heart.begin() is None
        assert project.heart.begin() is None
        own.start()
        project.clock.now += 3.0
        assert project.told_all(change(1)) is Put.DONE


def fill(server: Server) -> None:
    """Leave no room, to the last few bytes."""
    for size in (100_000, 1_000, 1):
        with pytest.raises(ViewUnavailable, match="Redis is full"), server.asked():  # noqa: PT012 - until it is
            while True:
                server.client.rpush("other", b"x" * size)


def test_a_redis_that_is_full_is_waited_for(tmp_path: Path) -> None:
    with started_redis(tmp_path, memory_mb=8) as own, closing(connect(own.url, "test")) as server:
        project = Project(server, a_realm())
        project.told_all(change(1))
        fill(server)
        before = project.view.number()
        waits = project.told(change(2), change(2, "b"))
        assert waits is Put.WAITS
        assert project.heart.trouble == "The live picture cannot be passed on just now (Redis is full)."
        assert project.view.number() == before
        server.client.delete("other")
        assert [project.told(), project.heart.trouble] == [Put.DONE, None]
        assert OPERATIONS.encode() in server.client.smembers(f"nightdesk:{{{project.realm}:{AREA}}}:topics")
