"""Progress is shown on a terminal, on standard error, and nowhere else; the batches are the same."""

import io
import sys
from collections.abc import Iterator

import pytest

from ingest.feeding import Records, Tally
from ingest.progress import shown


class Screen(io.StringIO):
    """A standard error that is a terminal, or not."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def batches(tally: Tally) -> Iterator[Records]:
    for _ in range(3):
        tally.read += 1_500
        yield []


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_is_shown_the_rows_and_a_pipe_nothing(monkeypatch: pytest.MonkeyPatch, is_terminal: bool) -> None:
    screen, tally = Screen(is_terminal=is_terminal), Tally()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    assert list(shown(batches(tally), tally)) == [[], [], []]
    assert ("4,500 rows read" in screen.getvalue()) is is_terminal
    assert bool(screen.getvalue()) is is_terminal
