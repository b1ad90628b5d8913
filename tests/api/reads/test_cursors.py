"""Cursors: they come back as they went, for the same question alone, and anything else is refused by name."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reads.cursors import BadCursor, cursor_of, place_of

PLACES = st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))


@given(place=PLACES, question=st.text())
def test_a_place_comes_back(place: tuple[str, str], question: str) -> None:
    assert place_of(cursor_of(place, question), question) == place


@given(place=PLACES)
def test_a_cursor_is_safe_in_an_address(place: tuple[str, str]) -> None:
    assert set(cursor_of(place, "q")) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_one_of_another_question_is_refused() -> None:
    with pytest.raises(BadCursor, match="belongs to another question"):
        place_of(cursor_of(("a", "b"), "one"), "another")


@given(text=st.text())
def test_any_text_is_a_bad_cursor(text: str) -> None:
    with pytest.raises(BadCursor):
        place_of(text, "q")


@given(raw=st.binary())
def test_any_bytes_are_a_bad_cursor(raw: bytes) -> None:
    with pytest.raises(BadCursor):
        place_of(urlsafe_b64encode(raw).decode(), "q")


@given(at=st.integers(0, 60), put=st.characters())
def test_a_cursor_that_was_changed_is_bad_or_another_place(at: int, put: str) -> None:
    cursor = cursor_of(("2026-05-16T23:00:00.000Z", "i07"), "q")
    try:
        place = place_of(cursor[:at] + put + cursor[at + 1 :], "q")
    except BadCursor:
        return
    assert all(isinstance(part, str) for part in place)
