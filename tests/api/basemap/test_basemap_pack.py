"""A pack comes back as it was written, and what is no pack is refused by file and rule."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.basemap.pack import FORMAT, Layer, Pack, PackRefused, packed, read_pack, unpacked, write_pack

LINE = [(-0.13071, 51.51382), (-0.13, 51.51382), (-0.12999, 51.5)]
STEP = 1 / 100_000
DEGREES = st.tuples(st.integers(-17_999_999, 17_999_999), st.integers(-8_999_999, 8_999_999))


def pack(credit: str = "© Somebody") -> Pack:
    street = packed([LINE], name="Old Compton Street", kind="mid")
    return Pack(format=FORMAT, credit=credit, layers={Layer.STREET: [street]})


def test_it_comes_back_as_it_was_written_in_the_same_bytes_each_time(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert write_pack(pack(), one) == write_pack(pack(), two) == len(one.read_bytes())
    assert one.read_bytes() == two.read_bytes()
    assert read_pack(one) == pack()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one", "two"]


@given(st.lists(DEGREES, min_size=1, max_size=20))
def test_a_line_keeps_its_points_but_those_that_repeat(steps: list[tuple[int, int]]) -> None:
    line = [(x * STEP, y * STEP) for x, y in steps]
    kept = [point for at, point in enumerate(steps) if at == 0 or point != steps[at - 1]]
    (found,) = unpacked(packed([line]))
    assert [(round(x / STEP), round(y / STEP)) for x, y in found] == kept


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"streets", "not a whole basemap pack"),
        (gzip.compress(b"{}")[:-9], "not a whole basemap pack"),
        (gzip.compress(b"{}"), "no basemap pack"),
        (gzip.compress(b'{"format": 9, "credit": "us", "layers": {}}'), "its format is 9"),
        (gzip.compress(b'{"format": 1, "credit": " ", "layers": {}}'), "credits nobody"),
        (gzip.compress(b" " * (33 * 2**20)), "over 32 MiB"),
    ],
    ids=["no gzip", "cut off", "no pack", "another format", "no credit", "too large"],
)
def test_what_is_no_pack_is_refused(data: bytes, rule: str, tmp_path: Path) -> None:
    file = tmp_path / "a.basemap"
    file.write_bytes(data)
    with pytest.raises(PackRefused, match=rule) as refused:
        read_pack(file)
    assert str(file) in str(refused.value)
