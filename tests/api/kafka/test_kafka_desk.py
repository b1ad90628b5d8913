"""What people say by Kafka: judged by the fold of a real worker, through its death, and without one said so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from api.kafka.desk import KafkaDesk
from schemas.audiences import Role
from schemas.command_line import wall
from schemas.feeds import SbnReport, Source, Withdrawal
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.picture import Change, Incident, Kind
from schemas.realms import Realm
from schemas.slabs import lines_of
from schemas.told import decode_told
from schemas.topics import PICTURE
from schemas.verdicts import Judgement, Standing
from tests.builders_contracts import feed_records
from tests.builders_kafka import AREA, realm_on
from tests.builders_running import until
from tests.builders_services import StartedBroker
from tests.builders_workers import started_worker

pytestmark = pytest.mark.server


def report(source_id: str, **changes: object) -> SbnReport:
    """A report of a venue, now."""
    (one,) = (record for record in feed_records() if isinstance(record, SbnReport))
    now = wall()
    return replace(one, source_id=source_id, revision=0, occurred_at=now, received_at=now, **changes)


class Told:
    """The picture topic read by hand, in the place of a record."""

    def __init__(self, clients: KafkaClients, realm: Realm) -> None:
        self._log = KafkaLog(clients, PICTURE.of(realm), partition_of(AREA, PICTURE))
        self._to = 0
        self.incidents: dict[str, Incident | None] = {}

    def incident(self, key: str) -> Incident | None:
        for message in self._log.read(self._to):
            self._to = message.offset + 1
            for told in map(decode_told, lines_of(message.value)):
                if isinstance(told, Change) and told.kind is Kind.INCIDENTS:
                    assert told.record is None or isinstance(told.record, Incident)
                    self.incidents[told.key] = told.record
        return self.incidents.get(key)

    def mentioning(self, _text: str) -> list[Incident]:
        self.incident("")
        return [incident for incident in self.incidents.values() if incident is not None]


@contextmanager
def desk_on(clients: KafkaClients, realm: Realm) -> Iterator[KafkaDesk]:
    """A desk that is started and stopped."""
    told = Told(clients, realm)
    desk = KafkaDesk(clients, realm=realm, area=AREA, incident=told.incident, mentioning=told.mentioning, now=wall)
    desk.start()
    try:
        yield desk
    finally:
        desk.stop()


def test_what_is_said_is_judged_seen_corrected_and_taken_back(broker: StartedBroker, tmp_path: Path) -> None:
    with (
        realm_on(broker.bootstrap) as (clients, realm),
        started_worker(tmp_path, broker.bootstrap, realm),
        desk_on(clients, realm) as desk,
    ):
        first, outside = report("r-1"), report("r-2", lat=10.0)
        verdicts = desk.judge([first, outside, first]).result(30)
        assert [verdict.judgement for verdict in verdicts] == [
            Judgement.ACCEPTED, Judgement.OUTSIDE, Judgement.REPEATED,
        ]  # fmt: skip
        incident = verdicts[0].incident
        assert incident is not None
        standing = Standing(revision=0, counts=True, incident=incident, seen_at=None)
        assert desk.standing("sbn:r-1") == standing
        assert desk.standing("sbn:r-2") is None
        until(lambda: desk.see(incident, lambda _: False, Role.LEAD).result(10) is None, "it is not for them")
        seen_at = desk.see(incident, lambda _: True, Role.LEAD).result(10)
        assert seen_at is not None
        until(lambda: desk.standing("sbn:r-1") == replace(standing, seen_at=seen_at), "the record says so")
        assert desk.see(incident, lambda _: True, Role.LEAD).result(10) == seen_at
        corrected = desk.judge([replace(first, revision=1, severity=4)]).result(10)
        assert corrected[0].judgement is Judgement.CORRECTED
        taken_back = Withdrawal(source=Source.SBN, source_id="r-1", revision=2, received_at=wall())
        assert desk.judge([taken_back]).result(10)[0].judgement is Judgement.WITHDRAWN
        assert desk.standing("sbn:r-1") == Standing(revision=2, counts=False, incident=None, seen_at=None)


def test_what_is_said_while_no_worker_runs_is_judged_when_one_does(broker: StartedBroker, tmp_path: Path) -> None:
    with realm_on(broker.bootstrap) as (clients, realm), desk_on(clients, realm) as desk:
        answer = desk.judge([report("r-1")])
        with started_worker(tmp_path, broker.bootstrap, realm) as worker:
            assert [verdict.judgement for verdict in answer.result(30)] == [Judgement.ACCEPTED]
            worker.kill()
            again = desk.judge([report("r-1"), report("r-3")])
            worker.start_again()
            assert [verdict.judgement for verdict in again.result(30)][1] is Judgement.ACCEPTED
