"""Brokers that ask who one is, by TLS and SCRAM: each role does its work as its own user, and nobody else gets in."""

from dataclasses import replace as replaced
from pathlib import Path

import pytest
from msgspec.structs import replace

from api.kafka.desk import KafkaDesk
from deploy.kafka_rights import rights
from schemas.brokers import Brokers
from schemas.command_line import wall
from schemas.feeds import SbnReport
from schemas.kafka_log import KafkaClients, LogUnreachable
from schemas.kafka_login import KafkaLogin
from schemas.realms import EXERCISE
from schemas.verdicts import Judgement
from streams.kafka_topics import TopicAdministration
from tests.builders_contracts import feed_records
from tests.builders_kafka import AREA, apart
from tests.builders_running import run
from tests.builders_secured import secure
from tests.builders_services import started_broker
from tests.builders_workers import started_worker

pytestmark = pytest.mark.server


def environ_of(login: KafkaLogin) -> dict[str, str]:
    """The variables of a login."""
    return {
        "NIGHTDESK_KAFKA_SECURITY": login.security.value,
        "NIGHTDESK_KAFKA_MECHANISM": login.mechanism.value,
        "NIGHTDESK_KAFKA_USER": str(login.user),
        "NIGHTDESK_KAFKA_PASSWORD_FILE": str(login.password_file),
        "NIGHTDESK_KAFKA_CA": str(login.ca),
    }


def is_refused(bootstrap: str, login: KafkaLogin) -> bool:
    """Whether nothing comes of this login."""
    try:
        TopicAdministration(Brokers(bootstrap=bootstrap, login=login), EXERCISE).close()
    except LogUnreachable:
        return True
    return False


def test_a_worker_and_an_api_work_as_their_own_users_and_a_stranger_is_refused(tmp_path: Path) -> None:
    (one,) = (record for record in feed_records() if isinstance(record, SbnReport))
    with started_broker(tmp_path) as broker:
        secured = secure(broker, list(rights(EXERCISE)))
        maker = environ_of(secured.login_of("topics", tmp_path)) | {"NIGHTDESK_KAFKA": secured.bootstrap}
        code, out, err = run("topics", "--create", environ=maker | {"NIGHTDESK_REALM": EXERCISE.name})
        assert code == 0, out + err
        clients = KafkaClients(Brokers(bootstrap=secured.bootstrap, login=secured.login_of("api", tmp_path)), "api")
        desk = KafkaDesk(
            clients, realm=EXERCISE, area=AREA, incident=lambda _: None, mentioning=lambda _: (), now=wall
        )  # fmt: skip
        as_worker = environ_of(secured.login_of("worker", tmp_path))
        with started_worker(tmp_path / "worker", secured.bootstrap, EXERCISE, **as_worker) as worker:
            desk.start()
            (verdict,) = desk.judge([_now(one)]).result(60)
            assert verdict.judgement is Judgement.ACCEPTED, worker.log()
            desk.stop()
            assert worker.stop() == 0, worker.log()
        clients.close()
        known = secured.login_of("worker", tmp_path)
        assert not apart(is_refused, secured.bootstrap, known)
        assert apart(is_refused, secured.bootstrap, secured.login_of("worker", tmp_path, "guessed"))
        assert apart(is_refused, secured.bootstrap, replaced(known, ca=None)), "brokers that nobody vouches for"


def _now(one: SbnReport) -> SbnReport:
    return replace(one, source_id="secured", revision=0, occurred_at=wall(), received_at=wall())
