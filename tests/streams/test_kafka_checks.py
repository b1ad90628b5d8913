"""`nightdesk doctor` on the Kafka engine's brokers: what is wrong is named, with what to do."""

import pytest

from schemas.checks import Check
from schemas.settings import Settings
from schemas.topics import JOURNAL, TOPICS
from streams.kafka_checks import kafka_checks
from tests.builders_kafka import realm_on
from tests.builders_running import free_port
from tests.builders_services import StartedBroker

pytestmark = pytest.mark.server


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not there is not waited for."""
    monkeypatch.setattr("schemas.brokers.CONNECT_SECONDS", 0.5)


def found(**environ: str) -> dict[str, Check]:
    settings = Settings.from_environ({f"NIGHTDESK_{name}": value for name, value in environ.items()})
    return {check.what: check for check in kafka_checks(settings)}


def test_brokers_as_they_must_be_but_for_one_copy(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap) as (_, realm):
        checks = found(KAFKA=broker.bootstrap, REALM=realm.name)
    assert all(check.ok for what, check in checks.items() if what != "Copies")
    assert checks["Topics"].found == f"{len(TOPICS)} of realm {realm}, as they must be"
    assert checks["Line to Kafka"].found == "plaintext, on this machine"
    copies = checks["Copies"]
    assert (copies.ok, copies.is_grave) == (False, False)
    assert "min.insync.replicas 2" in copies.do


def test_what_is_missing_or_held_too_few_times_is_grave(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, JOURNAL) as (_, realm):
        checks = found(KAFKA=broker.bootstrap, REALM=realm.name, REPLICATION="3")
    assert "topics --create" in checks["Topic"].do
    assert checks["Topic"].is_grave
    assert checks["Copies"].found == "each topic has 1 or more, NIGHTDESK_REPLICATION is 3"
    assert checks["Copies"].is_grave


@pytest.mark.usefixtures("soon")
def test_brokers_that_do_not_answer_are_named() -> None:
    nobody = f"127.0.0.1:{free_port()}"
    check = found(KAFKA=nobody)["Brokers"]
    assert not check.ok
    assert f"Look whether the brokers at {nobody} run" in check.do


@pytest.mark.usefixtures("soon")
def test_a_line_to_another_machine_that_anybody_may_read_is_a_risk() -> None:
    checks = found(KAFKA=f"127.0.0.2:{free_port()}")
    for what in ("Line to Kafka", "User on Kafka"):
        assert (checks[what].ok, checks[what].is_grave) == (False, False)
        assert "sasl_ssl" in checks[what].do
