"""A library that says the same again and again: once in ten seconds, with a count; what we say is never left out."""

import logging
from dataclasses import dataclass
from pathlib import Path

from schemas.log import log_of, logging_to
from schemas.log_limit import KINDS_MAX, LIBRARY_SECONDS, Limit
from schemas.settings import LogLevel


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def line(text: str, name: str = "kafka.net", **more: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "file", 1, text, (), None)


def test_the_same_but_for_its_numbers_is_said_once_in_a_while_and_then_counted() -> None:
    clock = Clock()
    limit = Limit(clock)
    assert limit.filter(line("<Transport 0x7f12 [127.0.0.1:9092]>: gone"))
    assert [limit.filter(line(f"<Transport 0x7f{n} [127.0.0.1:{n}]>: gone")) for n in range(3)] == [False] * 3
    assert limit.filter(line("something else"))
    assert limit.filter(line("<Transport 0x7f12 [127.0.0.1:9092]>: gone", name="aiokafka"))
    clock.now = LIBRARY_SECONDS
    again = line("<Transport 0x7f12 [127.0.0.1:9092]>: gone")
    assert limit.filter(again)
    assert again.__dict__["left_out"] == 3


def test_kinds_are_forgotten_once_there_are_too_many() -> None:
    limit = Limit(Clock())
    assert limit.filter(line("first"))
    for n in range(KINDS_MAX):
        assert limit.filter(line("x" * n + "."))
    assert limit.filter(line("first"))


def test_every_handler_gets_the_same_answer_and_what_is_ours_is_never_left_out(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", LogLevel.INFO):
        for _ in range(3):
            logging.getLogger("kafka.net").error("gone")
            log_of("desk").error("we say so")
    text = (tmp_path / "log").read_text(encoding="utf-8")
    assert text.count("error kafka.net: gone") == 1
    assert text.count("we say so") == 3
