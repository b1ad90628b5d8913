"""The one log: who says what and when, in one shape."""

import io
import threading
import time
from datetime import datetime

import pytest

from deploy.local.flood import BURST_LINES
from deploy.local.log_lines import WAITING_LINES_MAX, LogLines
from tests.builders_running import WITHIN_S


class Terminal(io.StringIO):
    """A stream that shows colours."""

    def isatty(self) -> bool:
        return True


class Held(io.StringIO):
    """A terminal that somebody holds still (Ctrl-S)."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def write(self, text: str) -> int:
        self.let_go.wait(30)
        return super().write(text)


def _lines(out: io.StringIO) -> LogLines:
    return LogLines(out, ["kafka", "push"], wall=lambda: datetime(2026, 5, 16, 23, 10, 5), clock=lambda: 0.0)  # noqa: DTZ001


def test_a_line_is_time_name_and_text() -> None:
    out = io.StringIO()
    lines = _lines(out)
    lines.heard("kafka", "started\n")
    lines.say("push ready after 0.3 s")
    lines.close()
    assert out.getvalue() == "23:10:05 kafka     | started\n23:10:05 nightdesk | push ready after 0.3 s\n"


def test_what_a_terminal_would_obey_is_not_passed_on() -> None:
    out = io.StringIO()
    lines = _lines(out)
    lines.heard("push", "a\x1b]0;title\x07b\rc\n")
    lines.close()
    assert out.getvalue().endswith("| a ]0;title b c\n")


def test_names_are_coloured_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    lines = _lines(out)
    lines.heard("push", "text")
    lines.close()
    assert out.getvalue().startswith("\x1b[")
    assert out.getvalue().endswith("|\x1b[0m text\n")


def test_who_wants_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    lines = _lines(out)
    lines.heard("push", "text")
    lines.close()
    assert "\x1b" not in out.getvalue()


def test_a_flood_of_one_child_leaves_the_others_their_room() -> None:
    out = io.StringIO()
    lines = _lines(out)
    for number in range(BURST_LINES + 500):
        lines.heard("push", f"broker away {number}")
    lines.heard("kafka", "starting")
    lines.close()
    said = out.getvalue().splitlines()
    assert (len(said), said[-1].partition("| ")[2]) == (BURST_LINES + 1, "starting")


def test_a_terminal_that_is_held_still_holds_nobody_up() -> None:
    out = Held()
    lines = _lines(out)
    began = time.monotonic()
    for _ in range(WAITING_LINES_MAX + 50):
        lines.say("text")
    lines.close()
    assert time.monotonic() - began < WITHIN_S
    out.let_go.set()


def test_a_log_that_nobody_reads_any_more_stops_nothing() -> None:
    out = io.StringIO()
    lines = _lines(out)
    out.close()
    lines.say("text")
    lines.close()
