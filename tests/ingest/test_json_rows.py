"""JSON objects: each judged by itself, refused by size and depth before it is parsed."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.columns import Layout, Row, Shape
from ingest.json_rows import DEPTH_MAX, OBJECT_BYTES_MAX, JsonObjects, _plain, numbered
from ingest.lines import Lines
from ingest.outcomes import Broken, Refusal
from schemas.dead_letters import Reason

LAYOUTS = [
    Layout(shape=Shape(name="one", required=("a", "b"), optional=("c",)), parse=lambda values, raw: None),
    Layout(shape=Shape(name="two", required=("a", "x")), parse=lambda values, raw: None),
]


def rows_of(body: bytes, columns: dict[str, str] | None = None) -> list[Row]:
    lines = Lines(iter([io.BytesIO(body).read()]))
    return [row for batch in JsonObjects(LAYOUTS, columns or {}).rows(numbered(lines)) for row in batch]


def found(body: bytes) -> Sequence[object]:
    return [values.reason if isinstance(values, Refusal) else values for _, _, _, values in rows_of(body)]


def test_text_numbers_and_null_become_text() -> None:
    assert found(b'{"a": 1, "b": 2.50, "c": null}\n{"b": "x", "a": -0.0}\n') == [("1", "2.5", ""), ("-0.0", "x", "")]


def test_each_object_has_the_shape_of_its_own_keys() -> None:
    layouts = [layout.shape.name for _, _, layout, _ in rows_of(b'{"a":1,"b":2}\n{"a":1,"x":2}\n')]
    assert layouts == ["one", "two"]


def test_keys_of_a_column_map() -> None:
    (row,) = rows_of(b'{"A!": 1, "b": 2}\n', {"a": "A!"})
    assert row[3] == ("1", "2", "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1', Reason.NOT_JSON),
        (b"[1, 2]", Reason.NOT_JSON),
        (b"null", Reason.NOT_JSON),
        (b"\xff\xfe", Reason.NOT_JSON),
        (b'{"a": 1, "b": "x\0"}', Reason.NOT_JSON),
        (b'{"a": ' + b"9" * 5_000 + b', "b": 1}', Reason.NOT_JSON),
        (b'{"a": 1, "a": 2, "b": 1}', Reason.DUPLICATE_KEY),
        (b'{"a": NaN, "b": 1}', Reason.BAD_NUMBER),
        (b'{"a": -Infinity, "b": 1}', Reason.BAD_NUMBER),
        (b'{"a": 1}', Reason.MISSING_COLUMN),
        (b'{"a": true, "b": 1}', Reason.BAD_VALUE),
        (b'{"a": [1], "b": 1}', Reason.BAD_VALUE),
        (b'{"a": "\\ud800", "b": 1}', Reason.BAD_VALUE),
        (b'{"a": "\\u0000", "b": 1}', Reason.BAD_VALUE),
        (b'{"a": "' + b"x" * OBJECT_BYTES_MAX + b'", "b": 1}', Reason.TOO_LARGE),
        (b'{"a": ' + b"[" * 60_000 + b"}", Reason.TOO_DEEP),
        (b'{"a":' * (DEPTH_MAX + 1) + b"1" + b"}" * (DEPTH_MAX + 1), Reason.TOO_DEEP),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_object_is_refused_and_its_neighbours_are_not(line: bytes, reason: Reason) -> None:
    good = b'{"a": 1, "b": 2}\n'
    assert found(good + line + b"\n" + good) == [("1", "2", ""), reason, ("1", "2", "")]


def test_brackets_in_text_are_no_depth() -> None:
    assert found(b'{"a": "' + b"[{" * 100 + b'", "b": 1}\n') == [("[{" * 100, "1", "")]


def test_a_missing_key_is_named_and_so_is_a_double_one() -> None:
    (row,) = rows_of(b'{"a": 1}\n')
    assert isinstance(row[3], Refusal)
    assert row[3].field == "b"
    (row,) = rows_of(b'{"a": 1, "b": 1, "b": 2}\n')
    assert isinstance(row[3], Refusal)
    assert row[3].field == "b"


def test_a_last_line_that_stops_short_is_a_stream_cut_off() -> None:
    lines = Lines(iter([b'{"a": 1, "b": 2}\n\n{"a": 1, "b"']))
    batches = numbered(lines)
    assert next(batches) == [(1, b'{"a": 1, "b": 2}')]
    with pytest.raises(Broken, match="in the middle of line 3"):
        list(batches)


def test_a_last_line_without_an_end_is_a_line() -> None:
    assert found(b'{"a": 1, "b": 2}') == [("1", "2", "")]


_KEYS = st.sampled_from(['"a"', '"b"', '"c"', '"k\\":"', '"\\u0061"'])
_COLONS = st.sampled_from([":", ": ", " :", "\t:"])
_VALUES = st.sampled_from(
    [
        *('"x"', '"x\\"y"', '"q\\":"', '"é"', '" :"', '"\\n"', '""', '"\\u00e9"', '"\\ud800"'),
        *("0", "-0", "-0.0", "1.50", "-1", "12345678901234567890", "123456789012345", "1e5", "0.1", "3.14159265358979"),
        *("null", "true", "NaN", "[1]", '{"a":1}'),
    ]
)


@given(
    st.lists(st.tuples(_KEYS, _COLONS, _VALUES).map("".join), max_size=4),
    st.sampled_from(["}", " }", "", "}}", "},"]),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_the_fast_reading_of_an_object_is_the_strict_one_or_none(pairs: list[str], end: str, encoding: str) -> None:
    raw = ("{" + ",".join(pairs) + end).encode(encoding)
    fast = _plain(raw)
    if fast is not None:
        strict = JsonObjects([], {})._judged(raw)
        assert {key: repr(value) for key, value in fast.items()} == {key: repr(value) for key, value in strict.items()}


def test_a_usual_object_is_read_fast() -> None:
    assert _plain(b'{"report_id":"r1","severity":2,"latitude":51.5,"words":"he said \\"no\\""}') is not None
