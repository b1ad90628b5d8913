"""Physical lines, whatever ends them and however the bytes are cut into chunks."""

import pytest

from ingest.lines import LINE_BYTES_MAX, Lines, decoded
from tests.builders_ingest import dribble


def lines_of(body: bytes, size: int = 7) -> list[bytes]:
    return [line for batch in Lines(dribble(body, size)) for line in batch]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 64])
def test_every_line_end_gives_the_same_lines(end: bytes, size: int) -> None:
    assert lines_of(end.join((b"one", b"", b"three", b"")), size) == [b"one", b"", b"three"]


@pytest.mark.parametrize(("body", "is_unterminated"), [(b"a\nb", True), (b"a\nb\n", False), (b"a\rb\r", False)])
def test_a_last_line_without_an_end_is_told(body: bytes, is_unterminated: bool) -> None:
    lines = Lines(dribble(body, 2))
    assert [line for batch in lines for line in batch] == [b"a", b"b"]
    assert lines.unterminated is is_unterminated


def test_a_line_without_end_costs_bounded_memory_and_is_seen_to_be_too_long() -> None:
    lines = list(Lines(iter([b"x" * 65_536] * 64 + [b"\nnext\n"])))
    (long, following), *_ = lines
    assert LINE_BYTES_MAX < len(long) <= LINE_BYTES_MAX + 2 * 65_536
    assert following == b"next"


@pytest.mark.parametrize(("raw", "text"), [("café".encode(), "café"), (b"caf\xe9 \x80", "café €"), (b"\x81", "\x81")])
def test_text_is_utf_8_else_the_windows_code_page_else_latin_1(raw: bytes, text: str) -> None:
    assert decoded(raw) == text
