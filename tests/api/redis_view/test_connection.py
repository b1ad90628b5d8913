"""Every way in which Redis can fail is said in words, names where it is, and never shows the password."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from redis.exceptions import BusyLoadingError, OutOfMemoryError, ReadOnlyError, RedisError, ResponseError

from api.redis_view.connection import Server, ViewUnavailable, connect
from api.redis_view.writer import RedisView
from tests.builders_push import AREA
from tests.builders_redis import a_realm, a_writer, new_run
from tests.builders_services import StartedRedis, started_redis

pytestmark = pytest.mark.server
SECRET = "not-to-be-shown"  # noqa: S105 - refused, and looked for in what is said


def failing(url: str, answer_s: float = 10.0) -> ViewUnavailable:
    """What is said when a projector begins there."""
    with closing(connect(url, "test", answer_s=answer_s)) as server, pytest.raises(ViewUnavailable) as failed:
        RedisView(server, "live", AREA, new_run=new_run).begin()
    assert SECRET not in f"{failed.value} {failed.value.text} {failed.value.detail}"
    return failed.value


def test_a_redis_that_is_not_there() -> None:
    error = failing(f"redis://nightdesk:{SECRET}@127.0.0.1:1/3")
    assert error.text == "Redis cannot be reached"
    assert error.detail == "redis://127.0.0.1:1/3: no connection: is it running there?"


def test_a_password_that_is_refused(redis: StartedRedis) -> None:
    place = redis.url.rpartition("@")[2]
    error = failing(f"redis://nightdesk:{SECRET}@{place}")
    assert error.text == "Redis refuses our password"
    assert "correct NIGHTDESK_REDIS" in error.detail


def test_no_password_where_one_is_wanted(redis: StartedRedis) -> None:
    error = failing(f"redis://{redis.url.rpartition('@')[2]}")
    assert error.text in ("Redis refuses our password", "Redis does not allow it")


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_redis_that_does_not_answer(silent: int) -> None:
    error = failing(f"redis://:{SECRET}@127.0.0.1:{silent}/0", answer_s=0.1)
    assert error.text == "Redis does not answer"


def test_a_redis_that_is_paused_does_not_answer_and_then_goes_on(tmp_path: Path) -> None:
    with started_redis(tmp_path) as own, closing(connect(own.url, "test", answer_s=0.3)) as server:
        view = a_writer(server, a_realm())
        with own.paused(), pytest.raises(ViewUnavailable, match="Redis does not answer"):
            view.number()
        assert view.number() == 0
        assert view.begin() is True


def test_tls_that_the_other_side_does_not_speak(silent: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            with plain.accept()[0] as line:
                line.sendall(b"-ERR plain\r\n")

        Thread(target=answer, daemon=True).start()
        error = failing(f"rediss://:{SECRET}@127.0.0.1:{plain.getsockname()[1]}/0", answer_s=5.0)
    assert error.text == "Redis cannot be reached"


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        (OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), "Redis is full"),
        (ResponseError("OOM allow-oom flag is not set on the script"), "Redis is full"),
        (ResponseError("MISCONF Redis is configured to save"), "Redis takes nothing"),
        (ResponseError("WRONGPASS invalid username-password pair"), "Redis refuses our password"),
        (ReadOnlyError("You can't write against a read only replica."), "Redis takes nothing"),
        (BusyLoadingError("Redis is loading the dataset in memory"), "Redis is starting"),
        (ResponseError(f"user_script:1: {SECRET} is a key"), "Redis cannot do what it is asked"),
    ],
)
def test_what_redis_says_is_said_in_our_words(raised: RedisError, text: str) -> None:
    with pytest.raises(ViewUnavailable) as failed, Server(None, "redis://here").asked():
        raise raised
    assert failed.value.text == text
    assert failed.value.detail.startswith("redis://here: ")
    assert SECRET not in str(failed.value)
