"""`nightdesk doctor` on Redis and PostgreSQL: what is wrong is named, with what to do, and without a password."""

import pytest

from api.service_checks import service_checks
from schemas.checks import Check
from schemas.settings import Settings
from tests.builders_running import free_port, run
from tests.builders_services import StartedRedis

pytestmark = pytest.mark.server


def found(**environ: str) -> dict[str, Check]:
    settings = Settings.from_environ({f"NIGHTDESK_{name}": value for name, value in environ.items()})
    return {check.what: check for check in service_checks(settings)}


def test_both_are_there(redis: StartedRedis, postgres_url: str) -> None:
    checks = found(REDIS=redis.url, RECORD=postgres_url)
    assert {what: check.ok for what, check in checks.items()} == {"Redis": True, "Record": True}
    assert checks["Record"].found.startswith("PostgreSQL ")
    assert all("@" not in str(check) for check in checks.values())


def test_neither_answers() -> None:
    port = free_port()
    checks = found(
        REDIS=f"redis://ann:hunter2@127.0.0.1:{port}/0", RECORD=f"postgresql://ann:hunter2@127.0.0.1:{port}/x"
    )
    assert "Redis cannot be reached" in checks["Redis"].found
    assert "is it running?" in checks["Record"].found
    assert all(check.is_grave and not check.ok and "hunter2" not in str(check) for check in checks.values())


def test_lines_to_another_machine_that_anybody_may_read_are_risks() -> None:
    checks = found(REDIS=f"redis://127.0.0.2:{free_port()}/0")
    assert "rediss://" in checks["Line to Redis"].do
    assert checks["User on Redis"].found == "default"
    assert "NIGHTDESK_RECORD" in checks["Record"].do
    assert not any(check.is_grave for what, check in checks.items() if what != "Redis")


def test_the_command_asks_the_services_where_they_are_named(redis: StartedRedis) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    code, out, _ = run("doctor", environ={"NIGHTDESK_KAFKA": nobody, "NIGHTDESK_REDIS": redis.url})
    assert code == 1
    assert "BAD Brokers: Kafka cannot be reached" in out
    assert "ok  Redis: " in out
    assert "!!  Record: files in " in out
    assert "Journal" not in out
