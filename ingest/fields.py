"""Values of a vendor's fields: numbers, ids, positions and words of a fixed vocabulary, or the rule they break."""

from collections.abc import Mapping
from typing import Final, TypeVar

from ingest.outcomes import Refusal
from schemas.dead_letters import Reason

ID_CHARS_MAX: Final = 200
WORDS_CHARS_MAX: Final = 10_000

Item = TypeVar("Item")


def identifier(text: str, field: str) -> str:
    """A vendor's own id: printable, not empty, of bounded length."""
    text = text.strip()
    if not text:
        raise Refusal(Reason.MISSING_VALUE, "must not be empty", field)
    if len(text) > ID_CHARS_MAX:
        raise Refusal(Reason.TOO_LARGE, f"has at most {ID_CHARS_MAX} characters", field, text)
    if not text.isprintable():
        raise Refusal(Reason.BAD_VALUE, "holds only printable characters", field, text)
    return text


def is_blank(text: str) -> bool:
    """Whether a value says nothing: empty, or the spaces that a fixed-width export pads with."""
    return not text or text.isspace()


def words(text: str, field: str) -> str:
    """Free text, trimmed; its value never stands in a refusal."""
    text = text.strip()
    if len(text) > WORDS_CHARS_MAX:
        raise Refusal(Reason.TOO_LARGE, f"has at most {WORDS_CHARS_MAX:,} characters", field)
    return text


def number(text: str, field: str, low: float, high: float) -> float:
    """A finite decimal number within bounds; negative zero is zero."""
    try:
        value = float(text)
    except ValueError:
        raise _bad_number(text, field, low, high) from None
    if not low <= value <= high or "_" in text or not text.isascii():
        raise _bad_number(text, field, low, high)
    return value + 0.0


def whole(text: str, field: str, low: int, high: int) -> int:
    """A whole number within bounds, also where it was written as `2.0`."""
    value = number(text, field, low, high)
    if value != int(value):
        raise Refusal(Reason.BAD_NUMBER, "must be a whole number", field, text)
    return int(value)


def _bad_number(text: str, field: str, low: float, high: float) -> Refusal:
    if not text.strip():
        return Refusal(Reason.MISSING_VALUE, "must not be empty", field)
    return Refusal(Reason.BAD_NUMBER, f"must be a number from {low:g} to {high:g}", field, text)


def one_of(text: str, field: str, known: Mapping[str, Item], reason: Reason, what: str) -> Item:
    """The item that a value names, whatever its case and spacing; `what` ends the rule that it breaks otherwise."""
    item = known.get(text)
    if item is None:
        item = known.get("_".join(text.casefold().split()))
    if item is not None:
        return item
    if not text.strip():
        raise Refusal(Reason.MISSING_VALUE, "must not be empty", field)
    raise Refusal(reason, f"must be {what}", field, text)


def named(text: str, field: str, known: Mapping[str, Item], reason: Reason, what: str) -> Item:
    """What a value names of the reference data, whatever the spaces round it."""
    item = known.get(text)
    if item is None:
        item = known.get(identifier(text, field))
    if item is None:
        raise Refusal(reason, f"must be {what} of the reference data", field, text)
    return item
