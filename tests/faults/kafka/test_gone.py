"""Kafka, Redis or PostgreSQL gone while the desk works: everybody is told, and all comes right by itself."""

import threading
import time
from typing import Final

import pytest

from tests.builders_consoles import console
from tests.builders_engine import SERVICES, Engine, Service
from tests.builders_faces import NOT_SAVED, SAVED, Face, file_dropped, recovers

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]
GONE: Final = {
    "kafka": Face(
        desk="catching_up",
        why="The desk has not been heard for",
        answers=[202],
        says=SAVED,
        roles={
            "worker": (503, "has not ticked for"),
            "project": (503, "What the desk tells cannot be read now (Kafka). It goes on by itself."),
            "push": (200, "What you see may be old."),
            "api": (200, "What you see may be old."),
        },
    ),
    "redis": Face(
        desk="catching_up",
        why="The live picture cannot be fetched just now (Redis cannot be reached). It goes on by itself. What you see",
        answers=[201],
        says=SAVED,
        roles={
            "worker": (200, "ready"),
            "project": (503, "The live picture cannot be passed on just now (Redis cannot be reached)."),
            "push": (200, "s old."),
            "ingest": (200, "ready"),
        },
    ),
    "postgres": Face(
        desk="live",
        why="Nothing that people report can be saved just now, and nobody can sign in. The picture goes on.",
        answers=[503],
        says=NOT_SAVED,
        roles={
            "worker": (200, "ready"),
            "push": (200, "Nothing that people report can be saved just now"),
            "api": (200, "just now"),
            "ingest": (503, "What comes in cannot be taken now: it waits where it lies and is tried again."),
        },
    ),
}


@pytest.mark.parametrize("seconds", [10, pytest.param(120, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", SERVICES)
def test_everybody_is_told_and_it_comes_right_by_itself(engine: Engine, name: str, seconds: float) -> None:
    service, face, times = Service(engine, name), GONE[name], f"{name}-{seconds:.0f}"
    with console(engine.ports["push"], engine.key("operations")) as page:
        page.until_told("live")
        assert engine.report(f"{times}-before").status == 201
        with service.gone():
            ends = time.monotonic() + seconds
            answer = engine.report(f"{times}-during")
            assert face.is_the_answer(answer), answer
            file = file_dropped(engine, f"{times}-file")
            face.is_seen(engine, page)
            threading.Event().wait(max(0.0, ends - time.monotonic()))
            again = engine.report(f"{times}-late")
            assert face.is_the_answer(again), again
        recovers(engine, page, [f"{times}-before", f"{times}-during", f"{times}-late"], [file])
    assert "Traceback" not in engine.log.getvalue()
