"""Trouble: what is wrong now, and a log that hears of it once."""

import pytest

from schemas.trouble import Trouble


def heard(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [f"{record.levelname} {record.name} {record.getMessage().strip()}" for record in caplog.records]


def test_a_fault_is_logged_when_it_begins_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble("desk")
    texts = [trouble.text]
    for text in ("The disk is full.", "The disk is full.", None, None):
        trouble.set(text, "/data/journal.db: no room")
        texts.append(trouble.text)
    assert texts == [None, "The disk is full.", "The disk is full.", None, None], "the detail is for the log alone"
    assert heard(caplog) == [
        "ERROR nightdesk.desk The disk is full. /data/journal.db: no room",
        "WARNING nightdesk.desk Over: The disk is full.",
    ]


def test_one_that_only_counts_on_is_the_same_and_another_is_not(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble("record")
    for text in ("3 changes wait.", "40 changes wait.", "The record is gone."):
        trouble.set(text)
        assert trouble.text == text
    assert heard(caplog) == ["ERROR nightdesk.record 3 changes wait.", "ERROR nightdesk.record The record is gone."]
