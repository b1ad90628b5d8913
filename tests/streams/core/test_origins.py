"""Transport repeats: one high-water mark a stream."""

from schemas.journal import Origin
from streams.core.origins import Origins


def _at(position: int, index: int = 0, stream: str = "a") -> Origin:
    return Origin(stream=stream, position=position, index=index)


def test_only_what_is_above_the_mark_is_new() -> None:
    origins = Origins()
    assert [origins.advance(_at(position)) for position in (1, 2, 2, 1, 5, 4, 6)] == [
        True,
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_the_entries_of_one_record_are_told_apart() -> None:
    origins = Origins()
    assert [origins.advance(_at(1, index)) for index in (0, 1, 0, 1, 2)] == [True, True, False, False, True]


def test_each_stream_has_its_own_mark() -> None:
    origins = Origins()
    assert origins.advance(_at(9, stream="a"))
    assert origins.advance(_at(1, stream="b"))


def test_marks_that_are_put_back_hold() -> None:
    origins = Origins()
    origins.advance(_at(7))
    again = Origins(dict(origins.marks))
    assert not again.advance(_at(7))
    assert again.advance(_at(8))
