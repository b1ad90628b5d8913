"""Realms of a test's own on the session's broker."""

import gc
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from schemas.brokers import Brokers
from schemas.kafka_log import KafkaClients
from schemas.realms import Realm
from schemas.topics import TOPICS, Topic
from streams.kafka_topics import TopicAdministration

AREA: Final = "westminster"
LEAVES_SOCKETS: Final = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""For tests in which kafka-python does not get through: it leaves its sockets to the garbage collector."""
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


@pytest.fixture
def sockets_collected() -> Iterator[None]:
    """What such a test left is collected within it, and is no other test's trouble."""
    yield
    gc.collect()
