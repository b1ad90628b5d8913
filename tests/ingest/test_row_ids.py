"""Ids of rows that have none."""

from ingest.row_ids import REMEMBERED_MAX, RowIds


def test_identical_rows_are_told_apart_by_their_number() -> None:
    ids = RowIds()
    first, other, second, third = (ids.next_id(raw) for raw in (b"a", b"b", b"a", b"a"))
    assert first.split("-")[0] == second.split("-")[0] != other.split("-")[0]
    assert [each.split("-")[1] for each in (first, other, second, third)] == ["1", "1", "2", "3"]


def test_the_same_file_gives_the_same_ids() -> None:
    rows = [b"a", b"b", b"a"]
    assert [RowIds().next_id(rows[0])] == [RowIds().next_id(rows[0])]
    one, two = RowIds(), RowIds()
    assert [one.next_id(row) for row in rows] == [two.next_id(row) for row in rows]


def test_a_row_read_again_has_an_id_of_its_place() -> None:
    assert RowIds(retried_position=7).next_id(b"a").endswith("-r7")


def test_what_is_remembered_is_bounded_and_near_repeats_are_still_counted() -> None:
    ids = RowIds()
    for number in range(REMEMBERED_MAX):
        ids.next_id(str(number).encode())
        assert len(ids._seen) + len(ids._before) <= REMEMBERED_MAX
    assert ids.next_id(str(REMEMBERED_MAX - 1).encode()).endswith("-2")
