"""CSV rows: quoted newlines, stray quotes, ragged rows, and how little each harms."""

import csv
import io

import pytest

from ingest.columns import Layout, Row, Shape, read_header
from ingest.csv_rows import ROW_BYTES_MAX, ROW_LINES_MAX, CsvRows, header_line
from ingest.lines import Lines
from ingest.outcomes import Broken, Refusal
from ingest.simulate.draws import seeded
from schemas.dead_letters import Reason
from tests.builders_ingest import dribble

SHAPE = Shape(name="letters", required=("a", "b", "c"))


def rows_of(body: bytes, size: int = 4096) -> list[Row]:
    lines = Lines(dribble(body, size))
    batches = iter(lines)
    raw, number, rest = header_line(batches)
    header = read_header(raw, [Layout(shape=SHAPE, parse=lambda values, raw: None)], {})
    return [row for batch in CsvRows(lines, batches, header).batches(number, rest) for row in batch]


def found(body: bytes, size: int = 4096) -> list[tuple[int, object]]:
    return [
        (line, values.reason if isinstance(values, Refusal) else values) for line, _, _, values in rows_of(body, size)
    ]


@pytest.mark.parametrize("size", [1, 3, 4096])
def test_a_quoted_newline_is_one_row_and_lines_are_the_file_s_own(size: int) -> None:
    body = b'a,b,c\r\n1,"two\r\nlines, ""so""",3\r\n\r\n4,5,6\r\n'
    assert found(body, size) == [(2, ("1", 'two\nlines, "so"', "3")), (5, ("4", "5", "6"))]


def test_a_ragged_row_harms_no_other() -> None:
    assert found(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n7,8,9\n") == [
        (2, ("1", "2", "3")),
        (3, Reason.RAGGED_ROW),
        (4, Reason.RAGGED_ROW),
        (5, ("7", "8", "9")),
    ]


@pytest.mark.parametrize("size", [1, 5, 4096])
def test_a_stray_quote_harms_only_its_own_line(size: int) -> None:
    body = b'a,b,c\n1,"2,3\n4,5,6\n7,"8",9\n10,11,12\n'
    assert found(body, size) == [
        (2, Reason.UNCLOSED_QUOTE),
        (3, ("4", "5", "6")),
        (4, ("7", "8", "9")),
        (5, ("10", "11", "12")),
    ]


def test_a_quote_that_never_closes_costs_one_row_of_a_long_file() -> None:
    body = b'a,b,c\n1,"2,3\n' + b"4,5,6\n" * (ROW_LINES_MAX * 3)
    rows = found(body)
    assert rows[0] == (2, Reason.UNCLOSED_QUOTE)
    assert [values for _, values in rows[1:]] == [("4", "5", "6")] * (ROW_LINES_MAX * 3)


def test_two_stray_quotes_that_pair_up_give_back_the_rows_between() -> None:
    rows = found(b'a,b,c\n1,"2,3\n4,5,6\n7,8",9\n10,11,12\n')
    assert rows[-1] == (5, ("10", "11", "12"))
    assert len(rows) == 2, "the quoted text is one field: nothing says that it is not"
    assert found(b'a,b,c\n1,2,"3\n4,5,6\n7,8",9\n1,1,1\n') == [
        (2, Reason.RAGGED_ROW),
        (3, ("4", "5", "6")),
        (4, ("7", '8"', "9")),
        (5, ("1", "1", "1")),
    ]


def test_a_row_with_a_nul_is_refused_quoted_or_not() -> None:
    assert found(b'a,b,c\n1,\0,3\n"1","\0","3"\n4,5,6\n') == [
        (2, Reason.NUL_BYTE),
        (3, Reason.NUL_BYTE),
        (4, ("4", "5", "6")),
    ]


def test_a_row_that_is_too_large_is_refused_and_only_its_beginning_kept() -> None:
    rows = rows_of(b"a,b,c\n1," + b"x" * (ROW_BYTES_MAX + 10) + b",3\n4,5,6\n")
    assert isinstance(rows[0][3], Refusal)
    assert rows[0][3].reason is Reason.TOO_LARGE
    assert len(rows[0][1]) == 4096
    assert rows[1][3] == ("4", "5", "6")


@pytest.mark.parametrize("tail", [b"7,8", b'7,"8'])
def test_a_last_row_that_stops_short_without_a_line_end_is_a_file_cut_off(tail: bytes) -> None:
    with pytest.raises(Broken, match="cut off in the middle of line 3"):
        rows_of(b"a,b,c\n1,2,3\n" + tail)


def test_a_last_row_without_a_line_end_is_a_row() -> None:
    assert found(b"a,b,c\n1,2,3\n4,5,6") == [(2, ("1", "2", "3")), (3, ("4", "5", "6"))]


def test_white_space_at_the_end_is_no_row() -> None:
    assert found(b"a,b,c\n1,2,3\n  ") == [(2, ("1", "2", "3"))]


def test_a_header_after_blank_lines_is_the_header() -> None:
    assert found(b"\n \na,b,c\n1,2,3\n") == [(4, ("1", "2", "3"))]


@pytest.mark.parametrize("size", [1, 3, 4096])
def test_a_column_s_name_may_go_over_lines(size: int) -> None:
    body = b'\na,"Notional\r\nCost (\xa3)",b,c,"n ""1"""\n1,x,2,3,y\n4,x,5\n'
    assert found(body, size) == [(4, ("1", "2", "3")), (5, Reason.RAGGED_ROW)]


@pytest.mark.parametrize("tail", [b"", b"\n", b"\n" + b"1,2,3\n" * 1_000])
def test_a_quote_in_the_header_that_never_closes_is_told(tail: bytes) -> None:
    with pytest.raises(Broken, match="a quote in its header line is not closed"):
        found(b'a,b,"c' + tail)


def test_spaces_between_a_delimiter_and_a_quote_are_none_of_the_value() -> None:
    assert found(b'a,b,c\n1, "two, and", "3"\n4, "five\nlines", 6\n') == [
        (2, ("1", "two, and", "3")),
        (3, ("4", "five\nlines", "6")),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_what_a_writer_wrote_is_what_is_read_however_it_is_cut(seed: int) -> None:
    rng = seeded(seed)
    cells = ["", "x", "two words", 'a "quote"', "comma, here", "line\nbreak", "é", '"', "\n"]
    rows = [["1", rng.choice(cells), rng.choice(cells)] for _ in range(60)]
    out = io.StringIO()
    csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]), quoting=rng.choice([0, 1])).writerows(
        [["a", "b", "c"], *rows]
    )
    read = [values for _, _, _, values in rows_of(out.getvalue().encode(), rng.choice([1, 7, 100, 4096]))]
    assert read == [tuple(row) for row in rows]
