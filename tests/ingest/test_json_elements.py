"""A JSON array's elements, however its bytes are cut."""

import json

import pytest

from ingest.json_elements import ELEMENT_BYTES_MAX, ArrayElements
from ingest.outcomes import Broken
from ingest.simulate.draws import seeded
from tests.builders_ingest import dribble


def elements_of(body: bytes, size: int = 4096) -> list[tuple[int, bytes]]:
    return [element for batch in ArrayElements(dribble(body, size)) for element in batch]


@pytest.mark.parametrize("size", [1, 2, 5, 4096])
def test_elements_come_with_the_line_on_which_they_begin(size: int) -> None:
    body = b'[\n {"a": "]}\\" [", "b": [1, {"c": 2}]},\n {\n"a": 2},\n{}\n]\n'
    assert elements_of(body, size) == [
        (2, b'{"a": "]}\\" [", "b": [1, {"c": 2}]}'),
        (3, b'{\n"a": 2}'),
        (5, b"{}"),
    ]


@pytest.mark.parametrize("size", [1, 4096])
def test_what_is_no_object_comes_too_and_is_for_its_reader_to_refuse(size: int) -> None:
    assert [raw for _, raw in elements_of(b'[1, {"a":1}, "x", null, {"a":2}, [3], true]', size)] == [
        *(b"1", b'{"a":1}', b'"x", null', b'{"a":2}', b"[3]", b"true"),
    ]


@pytest.mark.parametrize("body", [b"[", b'[{"a":1}', b'[{"a":1},', b'[{"a":"', b'[{"a":"\\', b"[[]"])
def test_an_array_that_does_not_end_is_cut_off(body: bytes) -> None:
    with pytest.raises(Broken, match="cut off"):
        elements_of(body, 2)


def test_what_comes_before_the_cut_is_given_first() -> None:
    elements = iter(ArrayElements(dribble(b'[{"a":1},{"a":2},{"a"', 4)))
    assert [raw for _, raw in next(elements)] == [b'{"a":1}']
    assert [raw for _, raw in next(elements)] == [b'{"a":2}']
    with pytest.raises(Broken):
        next(elements)


def test_something_after_the_array_is_refused_and_white_space_is_not() -> None:
    assert elements_of(b"[{}] \n\n", 1) == [(1, b"{}")]
    with pytest.raises(Broken, match="after the end"):
        elements_of(b'[{}] {"a":1}', 1)


@pytest.mark.parametrize("filler", [b"x", b"\\\\", b'\\"', b"\n"])
@pytest.mark.parametrize("size", [1021, 65_536])
def test_an_element_that_is_too_long_is_cut_and_the_next_is_whole(filler: bytes, size: int) -> None:
    long = b'{"a": "' + filler * ELEMENT_BYTES_MAX * 4 + b'"}'
    scanner = ArrayElements(dribble(b"[" + long + b',\n{"b": 2}]', size))
    found = [element for batch in scanner for element in batch]
    assert len(found[0][1]) == ELEMENT_BYTES_MAX + 1
    assert found[1] == (2 + long.count(b"\n"), b'{"b": 2}')


def test_many_brackets_cost_bounded_memory() -> None:
    body = b"[" * 300_000
    scanner = ArrayElements(dribble(body, 65_536))
    with pytest.raises(Broken):
        list(scanner)
    assert len(scanner._text) <= 2 * ELEMENT_BYTES_MAX


@pytest.mark.parametrize("seed", range(40))
def test_what_was_dumped_is_what_is_found(seed: int) -> None:
    rng = seeded(seed)
    texts = ["", "]", "[{", '"', "\\", '\\"', "é\n", "}" * 9]
    rows = [{"k": rng.choice(texts), "l": [rng.choice(texts)] * rng.randrange(3)} for _ in range(50)]
    body = json.dumps(rows, indent=rng.choice([None, 2]), ensure_ascii=rng.random() < 0.5).encode()
    assert [json.loads(raw) for _, raw in elements_of(body, rng.choice([1, 3, 50, 4096]))] == rows
