"""The way to Redis: bounded in time, and every way that it can fail said in words for people and for the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_S: Final = 3.0
ANSWER_S: Final = 10.0
"""A Redis that takes 5 s for an answer is slow, not gone."""
WAIT_FIRST_S: Final = 0.1
WAIT_MOST_S: Final = 2.0
"""Between two tries while it is gone: the first wait, then twice the last, up to the most."""


class ViewUnavailable(Exception):
    """Redis cannot do it now. The text is for people; `detail` says what to do, and is for the log."""

    def __init__(self, text: str, detail: str) -> None:
        super().__init__(f"{text}: {detail}")
        self.text, self.detail = text, detail


class ViewLost(Exception):
    """The run that was put into is not there any more: everything has to be put again, into another."""


@dataclass(frozen=True, slots=True)
class Server:
    """One Redis: a client that connects when it is first used, and where that is, without user and password."""

    client: Any
    where: str

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Turn whatever goes wrong inside into ViewUnavailable."""
        try:
            yield
        except redis.exceptions.RedisError as error:
            raise _unavailable(error, self.where) from error
        except OSError as error:
            detail = f"{self.where}: {error.strerror or type(error).__name__}"
            raise ViewUnavailable("Redis cannot be reached", detail) from error

    def close(self) -> None:
        """Close its connections."""
        self.client.close()


def connect(url: str, name: str, *, answer_s: float = ANSWER_S) -> Server:
    """The Redis of a URL. `name` is how we show in its `CLIENT LIST`."""
    client = redis.Redis.from_url(
        url,
        protocol=2,
        decode_responses=False,
        socket_connect_timeout=CONNECT_S,
        socket_timeout=answer_s,
        retry=Retry(NoBackoff(), 0),
        client_name=f"nightdesk-{name}",
        driver_info=None,
    )
    parts = urlsplit(url)
    return Server(client, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def _unavailable(error: redis.exceptions.RedisError, where: str) -> ViewUnavailable:
    """Redis's own words are shown only where they cannot hold what a key or a password is."""
    for kind, text, detail in _KNOWN:
        if isinstance(error, kind):
            return ViewUnavailable(text, f"{where}: {detail}")
    word = str(error).partition(" ")[0]
    for code, text, detail in _CODES:
        if word == code:
            return ViewUnavailable(text, f"{where}: {detail}")
    return ViewUnavailable("Redis cannot do what it is asked", f"{where}: {type(error).__name__} {word[:40]}")


_RIGHTS: Final = "the user has too few rights: give it those that the documentation lists for its role"
_REFUSED: Final = "user or password are refused: correct NIGHTDESK_REDIS"
_FULL: Final = "maxmemory is reached: give it more, or find what else fills it; it goes on by itself then"
_KNOWN: Final = (
    (redis.exceptions.NoPermissionError, "Redis does not allow it", _RIGHTS),
    (redis.exceptions.AuthenticationError, "Redis refuses our password", _REFUSED),
    (redis.exceptions.AuthenticationWrongNumberOfArgsError, "Redis refuses our password", _REFUSED),
    (redis.exceptions.OutOfMemoryError, "Redis is full", _FULL),
    (redis.exceptions.BusyLoadingError, "Redis is starting", "it loads its data"),
    (redis.exceptions.ReadOnlyError, "Redis takes nothing", "it is a replica: NIGHTDESK_REDIS must name the primary"),
    (redis.exceptions.TimeoutError, "Redis does not answer", "no answer in time"),
    (redis.exceptions.ConnectionError, "Redis cannot be reached", "no connection: is it running there?"),
)
"""In this order: some are kinds of others."""
_CODES: Final = (
    ("WRONGPASS", "Redis refuses our password", _REFUSED),
    ("NOAUTH", "Redis refuses our password", _REFUSED),
    ("NOPERM", "Redis does not allow it", _RIGHTS),
    ("OOM", "Redis is full", _FULL),
    ("LOADING", "Redis is starting", "it loads its data"),
    ("BUSY", "Redis does not answer", "a script of somebody else holds it up"),
    ("MISCONF", "Redis takes nothing", "it cannot write its own file: look at its log"),
)
