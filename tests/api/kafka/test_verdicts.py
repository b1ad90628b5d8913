"""Verdicts are heard from where the hearing was broken off, and a fault that nobody foresaw is told."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from kafka.errors import KafkaError

from api.kafka.verdicts import Verdicts
from schemas.brokers import Brokers
from schemas.journal import Origin
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.topics import API, VERDICTS
from schemas.verdicts import Judged, Judgement, Verdict, encode_judged
from tests.builders_kafka import AREA, realm_on
from tests.builders_services import StartedBroker

pytestmark = pytest.mark.server


class Breaking(KafkaClients):
    """Clients whose first reader breaks off at its first poll; before the second one there is, something is told."""

    def __init__(self, bootstrap: str, error: Exception, told: KafkaLog) -> None:
        super().__init__(Brokers(bootstrap=bootstrap), "test")
        self._error, self._told, self._readers = error, told, 0

    @contextmanager
    def consumer(self) -> Iterator[Any]:
        """The real one, broken the first time."""
        self._readers += 1
        with super().consumer() as consumer:
            if self._readers == 1:
                consumer.poll = self._break
            yield consumer

    def _break(self, **_: object) -> None:
        origin = Origin(stream=f"{API.name}/{partition_of(AREA, API)}", position=7)
        said = Judged(origin=origin, verdict=Verdict(judgement=Judgement.ACCEPTED))
        self._told.append([(AREA.encode(), encode_judged(said))])
        raise self._error


def test_what_is_told_while_the_hearing_is_broken_off_is_heard_after_it(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        told = KafkaLog(clients, VERDICTS.of(realm), partition_of(AREA, VERDICTS))
        breaking = Breaking(broker.bootstrap, KafkaError("the line is down"), told)
        verdicts = Verdicts(breaking, realm=realm, area=AREA, clock=clients.clock)
        answer: Future[list[Verdict]] = Future()
        verdicts.ask(7, 1, answer)
        verdicts.start()
        try:
            assert [one.judgement for one in answer.result(20)] == [Judgement.ACCEPTED]
        finally:
            verdicts.stop()
            breaking.close()


def test_an_error_that_nobody_foresaw_is_told_to_whoever_runs_it(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap) as (clients, realm):
        told = KafkaLog(clients, VERDICTS.of(realm), partition_of(AREA, VERDICTS))
        breaking = Breaking(broker.bootstrap, RuntimeError("nobody foresaw it"), told)
        verdicts = Verdicts(breaking, realm=realm, area=AREA, clock=clients.clock)
        verdicts.start()
        try:
            assert str(verdicts.ended.exception(20)) == "nobody foresaw it"
        finally:
            verdicts.stop()
            breaking.close()
