"""Laws of the view in Redis: however many projectors put, and whatever befalls them, the newest of each key stands."""

import os
import random
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.projector import Projector
from api.redis_view.connection import Server, connect
from api.redis_view.writer import Bounds, RedisView
from schemas.picture import Kind
from tests.api.test_projector_laws import TOPICS, Run, batches_of, runs, what_should_stand
from tests.builders_client import Picture
from tests.builders_push import AREA, OPERATIONS, caught_up, update
from tests.builders_redis import Follower, a_realm, a_writer, cut, following
from tests.builders_services import StartedRedis

pytestmark = pytest.mark.server
LAW = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEED = int(os.environ.get("NIGHTDESK_SEED", "7"))


@pytest.fixture
def server(redis: StartedRedis) -> Iterator[Server]:
    with closing(connect(redis.url, "test")) as found:
        yield found


def shown(server: Server, realm: str) -> Follower:
    """A follower that has read the whole once, and follows no more."""
    follower = Follower(server, realm)
    follower.mirror.follow_once()
    return follower


@LAW
@given(run=runs(), data=st.data())
def test_two_projectors_at_once_are_as_one(redis: StartedRedis, server: Server, run: Run, data: st.DataObject) -> None:
    realm = a_realm()
    projectors = [Projector(AREA, view=a_writer(server, realm)) for _ in range(2)]
    left = [batches_of(run), batches_of(Run(list(reversed(run.arriving)), run.batches, run.ring_deltas))]
    at = 0.0
    while any(left):
        at += 1.0
        which = data.draw(st.sampled_from([n for n in (0, 1) if left[n]]), label="who goes on")
        projectors[which].apply(left[which].pop(0))
        if data.draw(st.booleans(), label="and is not paused before it puts"):
            projectors[which].flush(at)
    for projector in projectors:
        projector.flush(at + 1.0)
    follower = shown(server, realm)
    for topic in TOPICS:
        assert caught_up(follower.mirror, topic).state == what_should_stand(run.arriving, topic), topic


@LAW
@given(run=runs(), data=st.data())
def test_a_projector_that_knows_nothing_takes_away_what_another_showed(
    redis: StartedRedis, server: Server, run: Run, data: st.DataObject
) -> None:
    realm = a_realm()
    projector = Projector(AREA, view=a_writer(server, realm))
    for at, batch in enumerate(batches_of(run)):
        if data.draw(st.booleans(), label="killed"):
            projector = Projector(AREA, view=a_writer(server, realm))
        projector.apply(batch)
        projector.flush(float(at))
    follower = shown(server, realm)
    for topic in TOPICS:
        assert caught_up(follower.mirror, topic).state == what_should_stand(run.arriving, topic), topic


def test_stale_snapshots_and_deltas_are_fresh_snapshots_while_lines_break_and_data_is_lost(
    redis: StartedRedis, server: Server
) -> None:
    print(f"NIGHTDESK_SEED={SEED}")  # noqa: T201 - shown when the test fails
    dice, realm = random.Random(SEED), a_realm()  # noqa: S311 - repeatable accidents
    bounds = Bounds(deltas=12)
    view = a_writer(server, realm, bounds=bounds)
    with following(redis.url, realm) as one, following(redis.url, realm) as two:
        held = Picture()
        for step in range(1, 400):
            view.put([update(step, str(dice.randrange(9)), dice.choice([None, {"n": step}]))])
            match dice.randrange(24):
                case 0:
                    cut(dice.choice((one, two)).server)
                case 1:
                    view = begun_anew(server, realm, view, bounds)
                case 2:
                    for trimmed in server.client.keys(f"nightdesk:{{{realm}:*:deltas:*"):
                        server.client.xtrim(trimmed, maxlen=0, approximate=False)
                case 3 | 4:
                    who = dice.choice((one, two)).mirror
                    held = caught_up(who, picture=held) if who.is_shown else held
                    assert held.standing in ("following", "empty")
        for follower in (one, two):
            follower.reaches(view)
            assert caught_up(follower.mirror, picture=held) == caught_up(follower.mirror)
            assert sorted(caught_up(follower.mirror).state["incidents"]) == sorted(
                key for (_, key), _ in view.holding()
            )
        assert caught_up(one.mirror) == caught_up(two.mirror)


def begun_anew(server: Server, realm: str, before: RedisView, bounds: Bounds) -> RedisView:
    """Redis loses what it holds of the realm, and a projector puts it all again."""
    held = list(before.holding())
    for lost in server.client.keys(f"nightdesk:{{{realm}:*"):
        server.client.delete(lost)
    view = a_writer(server, realm, bounds=bounds, is_whole=False)
    assert view.run != before.run
    view.put([update(offset, key, {"again": offset}, kind=Kind.INCIDENTS) for (_, key), (offset, _) in held])
    view.mark_whole()
    return view


def test_operations_is_a_topic_of_these_laws() -> None:
    assert OPERATIONS in TOPICS
