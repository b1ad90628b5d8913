"""Slabs: lines together, bounded in number and in bytes."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.slabs import SLAB_BYTES_MAX, SLAB_MAX, lines_of, slabs

LINES = st.lists(st.binary(min_size=1, max_size=300).map(lambda line: line.replace(b"\n", b" ")), max_size=900)


@given(LINES)
def test_all_lines_come_back_in_order_and_no_slab_has_too_many(lines: list[bytes]) -> None:
    made = list(slabs(lines))
    assert [line for _, slab in made for line in lines_of(slab)] == lines
    assert [count for count, _ in made] == [len(lines_of(slab)) for _, slab in made]
    assert all(1 <= count <= SLAB_MAX for count, _ in made)


def test_long_lines_close_a_slab_early_and_one_too_long_stands_alone() -> None:
    half, whole = b"h" * (SLAB_BYTES_MAX // 2), b"w" * (SLAB_BYTES_MAX + 1)
    assert [count for count, _ in slabs([half, half, b"x", whole, b"y"])] == [1, 2, 1, 1]


def test_nothing_makes_no_slab() -> None:
    assert list(slabs([])) == []
