"""Realms of a test's own on the session's broker."""

import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Final, TypeVar

import pytest

from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients
from schemas.realms import Realm
from schemas.topics import TOPICS, Topic
from streams.kafka_topics import TopicAdministration

AREA: Final = "westminster"
T = TypeVar("T")
_numbers: Final = itertools.count(1)


def new_realm() -> Realm:
    """A realm that nothing was ever written in."""
    return Realm(f"replay-t{os.getpid()}-{next(_numbers)}")


@contextmanager
def realm_on(bootstrap: str, *topics: Topic) -> Iterator[tuple[KafkaClients, Realm]]:
    """Clients of a broker, and a new realm with these topics, or all."""
    brokers, realm = Brokers(bootstrap=bootstrap), new_realm()
    administration = TopicAdministration(brokers, realm)
    administration.create(topics or TOPICS)
    administration.close()
    clients = KafkaClients(brokers, "test")
    try:
        yield clients, realm
    finally:
        clients.close()


def apart(work: Callable[..., T], *given: object) -> T:
    """What `work` gives in a process of its own: the sockets of brokers that kafka-python does not get through to are
    left to the garbage collector, and would be another test's trouble."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(work, *given).result()


class Turns:
    """A producer that notes whether it was given a message before the one before it was confirmed."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer
        self._last: Any = None
        self.sent, self.too_early = 0, 0

    def send(self, *place: Any, **message: Any) -> Any:
        """Note it, and send."""
        self.sent += 1
        self.too_early += self._last is not None and not self._last.is_done
        self._last = self._producer.send(*place, **message)
        return self._last


@contextmanager
def turns_of(clients: KafkaClients) -> Iterator[Turns]:
    """What these clients' producer is given meanwhile."""
    turns = Turns(clients.producer())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "producer", lambda: turns)
        yield turns
