"""The alarm that the journal lost its end: it stands, over restarts, until somebody deletes its file."""

from pathlib import Path

import pytest

from streams.alarm import ALARM_NAME, LOOK_SECONDS, PLAIN, TailAlarm


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def text(alarm: TailAlarm) -> str | None:
    return alarm.text


def test_it_stands_until_its_file_is_deleted(tmp_path: Path) -> None:
    clock = Clock()
    alarm = TailAlarm(tmp_path, clock)
    assert text(alarm) is None
    alarm.raise_it(1_778_970_000_000, 155)
    assert text(alarm) == PLAIN
    letter = (tmp_path / ALARM_NAME).read_text(encoding="utf-8")
    assert letter.startswith("2026-05-16T22:20:00.000Z: the journal in this folder ends at entry 155")
    assert "put the files of inbox/done" in letter
    assert text(TailAlarm(tmp_path, clock)) == PLAIN, "another process knows it too"
    (tmp_path / ALARM_NAME).unlink()
    assert text(alarm) == PLAIN, "the file is not looked at every time"
    clock.now += LOOK_SECONDS
    assert text(alarm) is None


def test_where_its_file_cannot_be_written_it_is_said_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alarm = TailAlarm(tmp_path / "gone", Clock())
    alarm.raise_it(1_778_970_000_000, 155)
    assert text(alarm) == PLAIN
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "ends at entry 155" in caplog.text
