"""Kafka, Redis or PostgreSQL not there when everything starts: each says what is missing, and begins by itself."""

from typing import Final

import pytest

from tests.builders_consoles import console
from tests.builders_engine import ROLES, SERVICES, Engine, Service
from tests.builders_faces import SAVED, recovers

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]
UNREACHED: Final = "not ready: Kafka cannot be reached. The desk begins by itself as soon as it can.\n"
SAYS: Final = {
    "kafka": {
        "worker": (503, UNREACHED),
        "project": (503, "not ready: What the desk tells cannot be read now (Kafka). It goes on by itself.\n"),
    },
    "redis": {
        "worker": (200, "ready\n"),
        "project": (503, "not ready: The live picture cannot be passed on just now (Redis cannot be reached).\n"),
        "push": (
            503,
            "not ready: The live picture cannot be fetched just now (Redis cannot be reached). It goes on by itself.\n",
        ),
    },
    "postgres": {
        "worker": (200, "ready\n"),
        "project": (503, "not ready: The history cannot be written now. The picture goes on, and it follows.\n"),
    },
}
REPORTED: Final = {"kafka": 202, "redis": 201}


@pytest.mark.parametrize("name", SERVICES)
def test_each_role_says_what_is_missing_and_begins_by_itself(engine: Engine, name: str) -> None:
    engine.until_ready()
    engine.stop_roles()
    said = len(engine.log.lines)
    with Service(engine, name).gone():
        engine.start_roles()
        for role, answer in SAYS[name].items():
            engine.until(lambda role=role, answer=answer: engine.readyz(role) == answer, f"{role} says it")  # type: ignore[misc]
        if name in REPORTED:
            engine.until(lambda: engine.report(f"absent-{name}").status == REPORTED[name], "a report is answered")
            assert engine.report(f"absent-{name}").body["advice"] == [SAVED]
        else:
            engine.until(lambda: _refused(engine, said) == {"project", "push", "api", "ingest"}, "they say why")
    with console(engine.ports["push"], engine.key("operations")) as page:
        recovers(engine, page, [f"absent-{name}"])
    log = "\n".join(engine.log.lines[said:])
    assert "Traceback" not in log
    assert all(f"{role} ended with code 2" not in log for role in ROLES)


def _refused(engine: Engine, since: int) -> set[str]:
    """The roles that wait for the record, and said so in a line with what to do; all but the projector end first."""
    lines = [line for line in engine.log.lines[since:] if "PostgreSQL at 127.0.0.1:" in line and "running?" in line]
    return {line.partition(" ")[0] for line in lines}
