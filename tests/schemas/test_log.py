"""The log: one line an event whatever the message holds, nothing of what others' errors quote, and within bounds."""

import logging
from pathlib import Path

import pytest

from schemas.log import FILE_BYTES_MAX, FILES_KEPT, LINE_CHARS_MAX, log_of, logging_to, trace_of
from schemas.settings import LogLevel


def lines(folder: Path) -> list[str]:
    return (folder / "log").read_text(encoding="utf-8").splitlines()


def said(line: str) -> str:
    """A line without its time."""
    at, _, rest = line.partition(" ")
    assert at.startswith("20")
    assert at.endswith("Z")
    return rest


def test_an_event_is_one_line_on_standard_error_and_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path / "log", LogLevel.INFO):
        log_of("feeds").info("read %s", "a\nfile\x1b[2J\tof\r\n two lines")
        log_of("feeds").debug("not at this level")
    assert [said(line) for line in lines(tmp_path)] == ["info feeds: read a file?[2J of two lines"]
    assert capsys.readouterr().err.splitlines() == lines(tmp_path)


def test_a_line_is_not_longer_than_its_bound(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", LogLevel.INFO):
        log_of("feeds").info("x" * 10_000)
    assert [len(line) for line in lines(tmp_path)] == [LINE_CHARS_MAX]


def failed(words: str) -> ValueError:
    try:
        try:
            raise KeyError(words)
        except KeyError as cause:
            raise ValueError(words) from cause
    except ValueError as error:
        return error


def test_an_error_that_nobody_foresaw_shows_its_kind_and_place_and_never_its_text(tmp_path: Path) -> None:
    error = failed("what a victim said")
    with logging_to(tmp_path / "log", LogLevel.INFO):
        log_of("desk").error("It failed", exc_info=error)
        logging.getLogger("asyncio").error("Task exception\nfuture: <Task exception=ValueError('what a victim said')>")
    first, second = map(said, lines(tmp_path))
    assert first.startswith("error desk: It failed | ValueError at test_log.py:")
    assert first.endswith(" failed, from KeyError")
    assert second == "error asyncio: Task exception"
    assert "victim" not in trace_of(error)


def test_other_libraries_are_heard_from_warnings_up(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", LogLevel.DEBUG):
        logging.getLogger("websockets.server").info("connection open")
        logging.getLogger("websockets.server").warning("a warning")
        log_of("desk").debug("ours")
    assert [said(line) for line in lines(tmp_path)] == ["warning websockets.server: a warning", "debug desk: ours"]


def test_the_files_of_the_log_are_bounded(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", LogLevel.INFO):
        for _ in range((FILES_KEPT + 3) * FILE_BYTES_MAX // 1_900):
            log_of("desk").info("x" * 1_900)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["log", *(f"log.{number}" for number in range(1, FILES_KEPT + 1))]
    assert all(file.stat().st_size <= FILE_BYTES_MAX for file in files)


def test_a_file_that_cannot_be_written_leaves_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path / "gone" / "log", LogLevel.INFO):
        log_of("desk").info("said all the same")
    warned, *rest = capsys.readouterr().err.splitlines()
    assert "the log is on standard error only" in warned
    assert [said(line) for line in rest] == ["info desk: said all the same"]


def test_a_file_whose_disk_takes_nothing_any_more_ends_the_block_without_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_to(Path("/dev/full"), LogLevel.INFO):
        log_of("desk").info("still said")
    assert said(capsys.readouterr().err.strip()) == "info desk: still said"


def test_nothing_is_written_after_the_block(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", LogLevel.INFO):
        pass
    log_of("desk").info("too late")
    assert lines(tmp_path) == []
