"""Opening a source: gzip or plain, whole or cut, text or junk."""

import gzip
import io
from pathlib import Path

import pytest

from ingest.opening import open_text
from ingest.outcomes import Broken


def text_of(body: bytes) -> bytes:
    return b"".join(open_text(io.BytesIO(body)).chunks())


class Dribbling(io.BytesIO):
    """A pipe that gives one byte at a time."""

    def read1(self, _size: int | None = -1) -> bytes:
        return self.read(1)


def test_gzip_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "plain-name.csv"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert b"".join(open_text(path).chunks()) == b"a,b\n1,2\n"


def test_gzip_of_several_members_with_padding_is_one_text() -> None:
    assert text_of(gzip.compress(b"one\n") + gzip.compress(b"two\n") + b"\0" * 512) == b"one\ntwo\n"


def test_a_pipe_that_gives_one_byte_at_a_time_is_read_whole() -> None:
    text = open_text(Dribbling(gzip.compress(b"a,b\n" * 100)))
    assert b"".join(text.chunks()) == b"a,b\n" * 100


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert text_of(b"\xef\xbb\xbfa,b\n") == b"a,b\n"


def test_gzip_cut_half_way_gives_its_first_half_and_says_where_it_ends() -> None:
    body = "".join(f"{n},{n * n}\n" for n in range(50_000)).encode()
    packed = gzip.compress(body)
    chunks: list[bytes] = []
    with pytest.raises(Broken, match=r"is gzip cut off after [\d,]+ bytes of text"):
        chunks.extend(open_text(io.BytesIO(packed[: len(packed) // 2])).chunks())
    got = b"".join(chunks)
    assert len(got) > len(body) // 3
    assert body.startswith(got)


def test_damaged_gzip_gives_what_comes_before_the_damage() -> None:
    body = "".join(f"{n},{n * n}\n" for n in range(50_000)).encode()
    packed = bytearray(gzip.compress(body))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = b"\xff" * 64
    chunks: list[bytes] = []
    with pytest.raises(Broken, match=r"is damaged gzip after [\d,]+ bytes of text"):
        chunks.extend(open_text(io.BytesIO(bytes(packed))).chunks())
    assert sum(map(len, chunks)) > len(body) // 3


def test_bytes_after_the_gzip_are_damage() -> None:
    with pytest.raises(Broken, match="damaged gzip"):
        text_of(gzip.compress(b"a,b\n") + b"trailing")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b" \n\r\n", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b" " * 200_000, "nothing but white space"),
        (b"PK\x03\x04rest of a workbook", "save it as CSV"),
        ("a,b\n".encode("utf-16"), "save it as UTF-8"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x7fELF\x02\x01\0\0\0", "NUL bytes"),
    ],
)
def test_junk_is_refused_with_what_was_expected(body: bytes, why: str) -> None:
    with pytest.raises(Broken, match=why):
        text_of(body)


def test_a_folder_a_missing_file_and_a_closed_stream_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="is a folder; a file was expected"):
        open_text(tmp_path)
    with pytest.raises(Broken, match="does not exist"):
        open_text(tmp_path / "none.csv")
    closed = io.BytesIO(b"a,b\n")
    closed.close()
    with pytest.raises(Broken, match="closed"):
        open_text(closed)


def test_a_read_error_half_way_keeps_what_came_before() -> None:
    class Failing(io.BytesIO):
        def read1(self, _size: int | None = -1) -> bytes:
            if line := self.readline():
                return line
            raise OSError(5, "Input/output error")

    got: list[bytes] = []
    with pytest.raises(Broken, match="Input/output error"):
        got.extend(open_text(Failing(b"a,b\n1,2\n")).chunks())
    assert b"".join(got) == b"a,b\n1,2\n"
