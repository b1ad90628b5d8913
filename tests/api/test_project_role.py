"""From the picture topic to Redis and to the record, on a real broker: through losses, pauses, and more than one."""

import gc
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from api.picture_topic import PictureTopic
from api.project_role import HISTORY_REACHES_BACK, HistoryFollower, ViewFollower
from api.projecting import Projecting
from api.record.record import Record, open_record
from api.redis_view.connection import Server, connect
from api.redis_view.writer import RedisView
from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.picture import Kind
from schemas.realms import Realm
from schemas.slabs import slabs
from schemas.times import MINUTE, NEVER
from schemas.told import Census, DeskTold, DeskWord, Told, encode_told
from schemas.topics import PICTURE
from tests.builders_kafka import realm_on
from tests.builders_push import AREA, AT, caught_up, change, gone
from tests.builders_redis import following, new_run, until
from tests.builders_services import StartedBroker, StartedRedis, started_redis

pytestmark = pytest.mark.server
LIVE = DeskTold(word=DeskWord.LIVE, at=AT, next_offset=50)


def tell(clients: KafkaClients, realm: Realm, *told: Told, area: str = AREA, at: int | None = None) -> None:
    """What an owner of the area would send, now or at a time of before."""
    partition = partition_of(area, PICTURE)
    for _, slab in slabs(map(encode_told, told)):
        sent = clients.producer().send(
            PICTURE.of(realm), key=area.encode(), value=slab, partition=partition, timestamp_ms=at
        )
        sent.get(timeout=30)


def wall() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def running(follower: ViewFollower | HistoryFollower, stop: Event) -> Iterator[None]:
    """In a thread of its own; what ended it ends the test."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            follower.run()
        except BaseException as error:  # noqa: BLE001 - told in the test's thread
            failed.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()
        assert failed == []


@contextmanager
def projecting(bootstrap: str, url: str, realm: Realm, areas: tuple[str, ...] = (AREA,)) -> Iterator[ViewFollower]:
    """A projector process without the process."""
    stop = Event()
    with closing(connect(url, "projector")) as server:
        hearts = {
            area: Projecting(
                area, RedisView(server, realm.name, area, new_run=new_run), clock=time.monotonic
            )
            for area in areas
        }  # fmt: skip
        follower = ViewFollower(
            lambda: PictureTopic(Brokers(bootstrap=bootstrap), realm, areas, group="view"),
            hearts, clock=time.monotonic, now=wall, stop=stop,
        )  # fmt: skip
        with running(follower, stop):
            yield follower


def held(server: Server, realm: Realm) -> list[str]:
    view = RedisView(server, realm.name, AREA, new_run=new_run)
    return sorted(key for (_, key), _ in view.holding())


def test_what_is_told_reaches_a_follower_whoever_projects(broker: StartedBroker, redis: StartedRedis) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm), following(redis.url, realm.name) as follower:
        tell(clients, realm, change(1), change(2, "b"), LIVE)
        with ExitStack() as two:
            for _ in range(2):
                two.enter_context(projecting(broker.bootstrap, redis.url, realm))
            until(lambda: follower.mirror.state().state == "live")
            assert sorted(caught_up(follower.mirror).state["incidents"]) == ["a", "b"]
            tell(clients, realm, gone(3, "b"), change(4, "c"))
            until(lambda: sorted(caught_up(follower.mirror).state["incidents"]) == ["a", "c"])
        seqs = [delta.seq for delta in follower.deltas]
        assert seqs == sorted(set(seqs)), "two projectors are one"
        assert follower.begun == 1


def test_a_word_is_as_old_as_the_topic_says(broker: StartedBroker, redis: StartedRedis) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm), closing(connect(redis.url, "test")) as server:
        began = wall()
        tell(clients, realm, change(1), LIVE)
        told_by = wall()
        with projecting(broker.bootstrap, redis.url, realm):
            until(lambda: server.client.hget(f"nightdesk:{{{realm}:{AREA}}}:run", "said") is not None)
        said = int(server.client.hget(f"nightdesk:{{{realm}:{AREA}}}:run", "said"))
        assert began <= said <= told_by


def test_a_projector_goes_on_where_another_came_to_and_a_census_mends_the_rest(
    broker: StartedBroker, redis: StartedRedis
) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm), closing(connect(redis.url, "test")) as server:
        tell(clients, realm, change(1), change(2, "b"), LIVE)
        with projecting(broker.bootstrap, redis.url, realm) as first:
            until(lambda: first.is_up_to_date and held(server, realm) == ["a", "b"])
            until(lambda: None not in kept(broker, realm).values())
        server.client.delete(*server.client.keys(f"nightdesk:{{{realm}:{AREA}}}:topic:*"))
        with projecting(broker.bootstrap, redis.url, realm) as second:
            until(lambda: second.is_up_to_date)
            census = Census(offset=50, ended=False), change(1), Census(offset=50, ended=True)
            tell(clients, realm, *census)
            until(lambda: held(server, realm) == ["a"])


def kept(
    broker: StartedBroker, realm: Realm, areas: tuple[str, ...] = (AREA,), group: str = "view"
) -> dict[int, tuple[int, str] | None]:
    """By partition."""
    with closing(PictureTopic(Brokers(bootstrap=broker.bootstrap), realm, areas, group=group)) as topic:
        return {partition: topic.kept(partition) for partition in topic.areas}


def test_a_place_is_kept_of_each_partition(broker: StartedBroker, redis: StartedRedis) -> None:
    areas = AREA, next(f"a{n}" for n in range(99) if partition_of(f"a{n}", PICTURE) != partition_of(AREA, PICTURE))
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm):
        for area in areas:
            tell(clients, realm, change(1), area=area)
        with projecting(broker.bootstrap, redis.url, realm, areas):
            until(lambda: [place and place[0] for place in kept(broker, realm, areas).values()] == [1, 1])


def test_a_redis_that_lost_everything_is_filled_again_from_the_topic(broker: StartedBroker, tmp_path: Path) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm), started_redis(tmp_path) as own:
        tell(clients, realm, change(1), change(2, "b"), LIVE)
        with projecting(broker.bootstrap, own.url, realm) as view, following(own.url, realm.name) as follower:
            until(lambda: follower.mirror.state().state == "live")
            for lost in (1, 2):
                own.kill()
                until(lambda: view.trouble is not None)
                tell(clients, realm, change(10 + lost, f"while-{lost}"))
                own.start()
                until(lambda: follower.begun == 1 + lost)  # noqa: B023 - at once
                assert f"while-{lost}" in caught_up(follower.mirror).state["incidents"]
                assert {"a", "b"} <= set(caught_up(follower.mirror).state["incidents"])
                until(lambda: view.trouble is None)


def test_areas_that_share_a_partition_are_kept_apart(broker: StartedBroker, redis: StartedRedis) -> None:
    other = next(f"a{n}" for n in range(99) if partition_of(f"a{n}", PICTURE) == partition_of(AREA, PICTURE))
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm), closing(connect(redis.url, "test")) as server:
        tell(clients, realm, change(1))
        tell(clients, realm, change(1, "theirs"), area=other)
        tell(clients, realm, change(1, "nobodys"), area="nobody-knows-it")
        with projecting(broker.bootstrap, redis.url, realm, (AREA, other)):
            until(lambda: held(server, realm) == ["a"])
            theirs = RedisView(server, realm.name, other, new_run=new_run)
            until(lambda: [key for (_, key), _ in theirs.holding()] == ["theirs"])


def test_rubbish_is_left_out_and_counted(broker: StartedBroker, redis: StartedRedis) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm), closing(connect(redis.url, "test")) as server:
        log = KafkaLog(clients, PICTURE.of(realm), partition_of(AREA, PICTURE))
        log.append([(AREA.encode(), b"rubbish\n" + encode_told(change(1))), (b"\xff", b""), (AREA.encode(), b"")])
        with projecting(broker.bootstrap, redis.url, realm):
            until(lambda: held(server, realm) == ["a"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_brokers_that_are_absent_are_named_and_waited_for(redis: StartedRedis) -> None:
    realm = Realm("replay-nobroker")
    with projecting("127.0.0.1:1", redis.url, realm) as view:
        until(lambda: view.trouble is not None)
        assert view.trouble == "What the desk tells cannot be read now (Kafka). It goes on by itself."
        assert not view.is_up_to_date
    gc.collect()  # kafka-python leaves the sockets of its tries to the collector, which would complain elsewhere


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture
def record(place: Path) -> Iterator[Record]:
    with closing(open_record(place, busy_ms=50)) as found:
        yield found


@contextmanager
def writing(bootstrap: str, realm: Realm, place: Path) -> Iterator[HistoryFollower]:
    stop = Event()
    follower = HistoryFollower(
        lambda: PictureTopic(Brokers(bootstrap=bootstrap), realm, [AREA], group="history"),
        lambda: open_record(place, busy_ms=50), [AREA], clock=time.monotonic, now=wall, stop=stop,
    )  # fmt: skip
    with running(follower, stop):
        yield follower


def test_the_history_is_written_and_goes_on_where_it_was(broker: StartedBroker, place: Path, record: Record) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm):
        tell(clients, realm, change(1), change(2, "b"), LIVE)
        writer = record.history(AREA)
        for last, news in ((2, gone(0, "c")), (3, change(3)), (3, change(2, "b"))):
            tell(clients, realm, news)
            with writing(broker.bootstrap, realm, place):
                until(lambda: writer.newest() == (last, 0))  # noqa: B023 - at once
        assert writer.rewind.newest(Kind.INCIDENTS, "b") is not None


def test_a_history_that_holds_all_is_told_no_more_than_its_last_minutes(
    broker: StartedBroker, place: Path, record: Record
) -> None:
    long_ago = wall() - HISTORY_REACHES_BACK - MINUTE
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm):
        tell(clients, realm, change(1, "old"), at=long_ago)
        tell(clients, realm, change(2, "missing"), at=wall())
        keep(broker, realm, 2)
        writer = record.history(AREA)
        writer.write([change(3, "held", at=wall())], wall())
        with writing(broker.bootstrap, realm, place):
            until(lambda: writer.rewind.newest(Kind.INCIDENTS, "missing") is not None)
        assert writer.rewind.newest(Kind.INCIDENTS, "old") is None
        assert kept(broker, realm, group="history") == {partition_of(AREA, PICTURE): (2, "")}


@pytest.mark.parametrize("held", [(), (1,), (1, 2)])
def test_a_history_out_of_a_backup_is_told_what_it_lacks(
    broker: StartedBroker, place: Path, record: Record, held: tuple[int, ...]
) -> None:
    changes = {number: change(number, f"k{number}", at=wall()) for number in (1, 2, 3)}
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm):
        for one in changes.values():
            tell(clients, realm, one)
        keep(broker, realm, 3)
        writer = record.history(AREA)
        writer.write([changes[number] for number in held], wall())
        with writing(broker.bootstrap, realm, place):
            until(lambda: writer.newest() == (3, 0))
        assert set(writer.rewind.picture_at(NEVER)[Kind.INCIDENTS]) == {"k1", "k2", "k3"}


def test_a_record_that_cannot_be_written_is_waited_for_and_told_what_it_lost_meanwhile(
    broker: StartedBroker, place: Path, record: Record
) -> None:
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm):
        tell(clients, realm, change(1))
        writer = record.history(AREA)
        with writing(broker.bootstrap, realm, place) as history, ExitStack() as busy:
            until(lambda: writer.newest() == (1, 0))
            other = busy.enter_context(record._store.writing())
            tell(clients, realm, change(2, "b"))
            until(lambda: history.trouble is not None)
            assert "history cannot be written now" in (history.trouble or "")
            other.exec_driver_sql("DELETE FROM history")  # as a standby that had not followed so far
            busy.close()
            until(lambda: history.trouble is None)
            assert set(writer.rewind.picture_at(NEVER)[Kind.INCIDENTS]) == {"a", "b"}


def test_a_record_that_cannot_be_opened_is_waited_for(broker: StartedBroker, place: Path) -> None:
    place.mkdir()
    with realm_on(broker.bootstrap, PICTURE) as (clients, realm):
        tell(clients, realm, change(1))
        with writing(broker.bootstrap, realm, place) as history:
            until(lambda: history.trouble is not None)
            place.rmdir()
            until(lambda: place.is_file() and history.trouble is None)
            with closing(open_record(place)) as record:
                until(lambda: record.history(AREA).newest() == (1, 0))


def test_a_follower_of_a_record_that_is_not_there_stops_when_it_is_told_to(place: Path) -> None:
    place.mkdir()
    with writing("127.0.0.1:1", Realm("replay-nobroker"), place) as history:
        until(lambda: history.trouble is not None)


def keep(broker: StartedBroker, realm: Realm, offset: int) -> None:
    """As a projector that had written all before it."""
    with closing(PictureTopic(Brokers(bootstrap=broker.bootstrap), realm, [AREA], group="history")) as topic:
        topic.keep(partition_of(AREA, PICTURE), offset, "")
