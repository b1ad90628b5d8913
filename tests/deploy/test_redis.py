"""The local Redis, a real one: behind its password, refusing when it is full, keeping nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, OutOfMemoryError

from tests.builders_services import StartedRedis, started_redis

pytestmark = pytest.mark.server


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[StartedRedis]:
    """One that a test may fill and kill."""
    with started_redis(tmp_path, memory_mb=8) as started:
        yield started


def test_with_its_url_one_is_in(redis: StartedRedis) -> None:
    with Redis.from_url(redis.url) as client:
        client.set("test:redis", "v")
        assert client.get("test:redis") == b"v"


def test_without_the_password_nobody_is_in(redis: StartedRedis) -> None:
    port = redis.url.rpartition(":")[2].partition("/")[0]
    for url in (f"redis://127.0.0.1:{port}/0", f"redis://nightdesk:guess@127.0.0.1:{port}/0"):
        with Redis.from_url(url) as client, pytest.raises(AuthenticationError):
            client.ping()


def test_what_is_for_its_keeper_is_not_for_its_users(redis: StartedRedis) -> None:
    with Redis.from_url(redis.url) as client, pytest.raises(NoPermissionError):
        client.config_get("maxmemory")


def test_full_it_refuses_and_lets_go_of_nothing(own_redis: StartedRedis) -> None:
    with Redis.from_url(own_redis.url) as client:
        client.set("first", b"kept")
        with pytest.raises(OutOfMemoryError):
            _fill(client)
        assert client.get("first") == b"kept"


def test_killed_it_comes_back_empty_with_the_same_password(own_redis: StartedRedis) -> None:
    url = own_redis.url
    with Redis.from_url(url) as client:
        client.set("k", "v")
    own_redis.kill()
    assert not own_redis.service.is_ready()
    own_redis.service.prepare()
    own_redis.start()
    assert own_redis.url == url
    with Redis.from_url(url) as client:
        assert client.get("k") is None


def test_ended_cleanly_it_leaves_nothing_of_the_picture_on_the_disk(own_redis: StartedRedis, tmp_path: Path) -> None:
    with Redis.from_url(own_redis.url) as client:
        client.set("k", "v")
    assert own_redis.stop() == 0
    assert sorted(file.name for file in (tmp_path / "redis").iterdir()) == ["password", "redis.conf"]


def test_password_and_configuration_are_their_owners_alone(own_redis: StartedRedis, tmp_path: Path) -> None:
    files = [tmp_path / "redis" / name for name in ("password", "redis.conf")]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    password = files[0].read_text()
    assert password not in files[1].read_text(), "the configuration knows only its hash"
    assert password not in repr(own_redis.service)


def _fill(client: Redis) -> None:
    for number in range(100):
        client.set(f"blob:{number}", b"x" * 500_000)
