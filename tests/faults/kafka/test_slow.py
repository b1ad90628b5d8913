"""Kafka, Redis or PostgreSQL that takes 5 s for an answer: reports are saved all the same, and pages do not lie."""

import threading
import time
from typing import Final

import pytest

from tests.builders_consoles import Beat, console
from tests.builders_engine import SERVICES, Answer, Engine, Service
from tests.builders_faces import NOT_SAVED, SAVED, file_dropped, recovers

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]
ANSWERED_WITHIN_S: Final = 15.0
LATE: Final = "It could not be saved in time. Try again. In danger now: call 999."


@pytest.mark.parametrize("seconds", [20, pytest.param(120, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", SERVICES)
def test_reporters_are_answered_pages_do_not_lie_and_nothing_is_lost(engine: Engine, name: str, seconds: float) -> None:
    times, answers = f"slow-{name}-{seconds:.0f}", dict[str, Answer]()
    with console(engine.ports["push"], engine.key("operations")) as page:
        page.until_told("live")
        seen = len(page.beats)
        with Service(engine, name).slow():
            ends = time.monotonic() + seconds
            file = file_dropped(engine, f"{times}-file")
            while time.monotonic() < ends:
                report = f"{times}-{len(answers)}"
                answers[report] = engine.report(report)
                threading.Event().wait(1.0)
        recovers(engine, page, list(answers), [file])
        assert all(map(_is_clear, answers.values())), answers
        assert all(map(_is_told, page.beats[seen:]))
    assert "Traceback" not in engine.log.getvalue()


def _is_clear(answer: Answer) -> bool:
    """Taken, or refused in words that say what to do."""
    if answer.seconds > ANSWERED_WITHIN_S:
        return False
    if answer.status in {201, 202}:
        return SAVED in answer.body["advice"]
    return answer.status == 503 and answer.body["detail"] in {NOT_SAVED, LATE}


def _is_told(beat: Beat) -> bool:
    """Live, or why not."""
    return beat.desk == "live" or (beat.desk == "catching_up" and bool(beat.why))
