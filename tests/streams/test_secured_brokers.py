"""Brokers that ask who one is: each role does its work as its own user, and nobody else gets in."""

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
from tests.builders_secured import login_of, secure
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
    }


def is_refused(bootstrap: str, login: KafkaLogin) -> bool:
    """Whether the brokers let nobody in with this login."""
    with pytest.raises(LogUnreachable):
        TopicAdministration(Brokers(bootstrap=bootstrap, login=login), EXERCISE)
    return True


def test_a_worker_and_an_api_work_as_their_own_users_and_a_stranger_is_refused(tmp_path: Path) -> None:
    (one,) = (record for record in feed_records() if isinstance(record, SbnReport))
    with started_broker(tmp_path) as broker:
        secure(broker, list(rights(EXERCISE)))
        maker = environ_of(login_of("topics", tmp_path)) | {"NIGHTDESK_KAFKA": broker.bootstrap}
        code, out, err = run("topics", "--create", environ=maker | {"NIGHTDESK_REALM": EXERCISE.name})
        assert code == 0, out + err
        clients = KafkaClients(Brokers(bootstrap=broker.bootstrap, login=login_of("api", tmp_path)), "api")
        desk = KafkaDesk(
            clients, realm=EXERCISE, area=AREA, incident=lambda _: None, mentioning=lambda _: (), now=wall
        )  # fmt: skip
        with started_worker(
            tmp_path / "worker", broker.bootstrap, EXERCISE, **environ_of(login_of("worker", tmp_path))
        ) as worker:
            desk.start()
            (verdict,) = desk.judge([_now(one)]).result(60)
            assert verdict.judgement is Judgement.ACCEPTED, worker.log()
            desk.stop()
            assert worker.stop() == 0, worker.log()
        clients.close()
        wrong = tmp_path / "wrong"
        wrong.write_text("guessed", encoding="utf-8")
        stranger = login_of("worker", tmp_path)
        stranger = KafkaLogin(
            security=stranger.security, mechanism=stranger.mechanism, user=stranger.user, password_file=wrong
        )
        assert apart(is_refused, broker.bootstrap, stranger)


def _now(one: SbnReport) -> SbnReport:
    return replace(one, source_id="secured", revision=0, occurred_at=wall(), received_at=wall())
