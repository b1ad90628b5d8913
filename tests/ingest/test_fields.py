"""Numbers, ids, words and vocabularies."""

from math import copysign

import pytest

from ingest.fields import identifier, number, one_of, whole, words
from ingest.outcomes import Refusal
from schemas.dead_letters import Reason

LETTERS = {"first_letter": "a", "last_letter": "z"}


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("1.0", 1), ("-0.0", 0), (" 2 ", 2), ("1e1", 10), ("+3", 3)])
def test_numbers_as_vendors_write_them(text: str, value: int) -> None:
    assert whole(text, "n", 0, 10) == value
    assert number(text, "n", 0, 10) == value


def test_negative_zero_is_zero() -> None:
    assert copysign(1, number("-0.0", "n", -1, 1)) == 1


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999", "11", "-1", "1_0", "٣", "1,5", "0x1", "one"])
def test_what_is_no_number_within_bounds_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        number(text, "n", 0, 10)
    assert (caught.value.reason, caught.value.value) == (Reason.BAD_NUMBER, text)
    assert "from 0 to 10" in caught.value.rule


def test_a_part_is_no_whole_number_and_nothing_is_missing() -> None:
    with pytest.raises(Refusal, match="whole number"):
        whole("1.5", "n", 0, 10)
    with pytest.raises(Refusal, match="must not be empty"):
        whole("", "n", 0, 10)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.MISSING_VALUE),
        ("  ", Reason.MISSING_VALUE),
        ("x" * 201, Reason.TOO_LARGE),
        ("a\nb", Reason.BAD_VALUE),
        ("a\x1b[2Jb", Reason.BAD_VALUE),
        ("a\u202eb", Reason.BAD_VALUE),
    ],
)
def test_an_id_is_printable_bounded_and_there(text: str, reason: Reason) -> None:
    with pytest.raises(Refusal) as caught:
        identifier(text, "id")
    assert caught.value.reason is reason
    assert len(caught.value.value or "") <= 80


def test_an_id_is_trimmed() -> None:
    assert identifier(" r-1 ", "id") == "r-1"


def test_words_that_are_too_long_are_refused_without_being_repeated() -> None:
    assert words(" hello ", "words") == "hello"
    with pytest.raises(Refusal) as caught:
        words("secret " * 2_000, "words")
    assert (caught.value.reason, caught.value.value) == (Reason.TOO_LARGE, None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["first_letter", "First Letter", " FIRST  letter "])
def test_a_vocabulary_forgives_case_and_spaces(text: str) -> None:
    assert one_of(text, "l", LETTERS, Reason.BAD_VALUE, "a letter") == "a"


def test_a_word_of_another_vocabulary_is_refused() -> None:
    with pytest.raises(Refusal, match="must be a letter"):
        one_of("third", "l", LETTERS, Reason.BAD_VALUE, "a letter")
    with pytest.raises(Refusal, match="must not be empty"):
        one_of("", "l", LETTERS, Reason.BAD_VALUE, "a letter")
