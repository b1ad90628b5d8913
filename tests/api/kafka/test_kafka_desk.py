"""What people say by Kafka: judged by the fold of a real worker, through its death, and without one said so."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from msgspec.structs import replace

from api.kafka.desk import FRESH_SECONDS, Incidents, KafkaDesk
from api.record.errors import RecordUnavailable
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
from tests.builders_push import Clock
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
def desk_on(
    clients: KafkaClients,
    realm: Realm,
    incident: Callable[[str], Incident | None] | None = None,
    mentioning: Incidents | None = None,
) -> Iterator[KafkaDesk]:
    """A desk that is started and stopped; its record is the picture topic, where it is given none."""
    told = Told(clients, realm)
    desk = KafkaDesk(
        clients, realm=realm, area=AREA, incident=incident or told.incident,
        mentioning=mentioning or told.mentioning, now=wall,
    )  # fmt: skip
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


def test_a_report_that_was_just_judged_is_not_looked_for_in_the_whole_record(
    broker: StartedBroker, tmp_path: Path
) -> None:
    clock, searched = Clock(), list[str]()

    def search(text: str) -> list[Incident]:
        searched.append(text)
        return []

    with (
        realm_on(broker.bootstrap) as (clients, realm),
        closing(KafkaClients(clients.brokers, "test", clock)) as own,
        started_worker(tmp_path, broker.bootstrap, realm),
        desk_on(own, realm, lambda _key: None, search) as desk,  # a record that does not hold it yet
    ):
        (verdict,) = desk.judge([report("r-1")]).result(30)
        standing = Standing(revision=0, counts=True, incident=verdict.incident, seen_at=None)
        assert (desk.standing("sbn:r-1"), searched) == (standing, [])
        clock.now += FRESH_SECONDS
        for _ in range(3):
            assert (desk.standing("sbn:r-1"), searched) == (standing, ["sbn:r-1"])
        clock.now += FRESH_SECONDS
        assert (desk.standing("sbn:r-1"), searched) == (standing, ["sbn:r-1"] * 2)


def test_a_record_that_cannot_be_read_leaves_a_report_as_its_verdict_said(
    broker: StartedBroker, tmp_path: Path
) -> None:
    def unreadable(_text: str) -> NoReturn:
        raise RecordUnavailable(tmp_path, "cannot be read")

    with (
        realm_on(broker.bootstrap) as (clients, realm),
        started_worker(tmp_path, broker.bootstrap, realm),
        desk_on(clients, realm, unreadable, unreadable) as desk,
    ):
        (verdict,) = desk.judge([report("r-1")]).result(30)
        standing = Standing(revision=0, counts=True, incident=verdict.incident, seen_at=None)
        assert desk.standing("sbn:r-1") == standing
        with pytest.raises(RecordUnavailable):
            desk.standing("sbn:r-2")


def test_a_report_that_another_process_heard_of_is_looked_for_once_and_again_when_it_moved(
    broker: StartedBroker, tmp_path: Path
) -> None:
    with (
        realm_on(broker.bootstrap) as (clients, realm),
        started_worker(tmp_path, broker.bootstrap, realm),
        desk_on(clients, realm) as desk,
    ):
        (verdict,) = desk.judge([report("r-1")]).result(30)
        record, searched = Told(clients, realm), list[str]()

        def search(text: str) -> list[Incident]:
            searched.append(text)
            return record.mentioning(text)

        until(lambda: record.incident(str(verdict.incident)) is not None, "the record holds it")
        with desk_on(clients, realm, record.incident, search) as other:
            assert [other.standing("sbn:r-1") for _ in range(3)] == [desk.standing("sbn:r-1")] * 3
            assert searched == ["sbn:r-1"]
            held = record.incidents.pop(str(verdict.incident))
            assert held is not None
            record.incidents["other"] = replace(held, id="other")
            standing = other.standing("sbn:r-1")
            assert standing is not None
            assert (standing.incident, searched) == ("other", ["sbn:r-1"] * 2)
