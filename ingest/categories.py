"""Categories as vendors write them: ours, in any case and with spaces for underscores."""

from typing import Final

from ingest.fields import one_of
from schemas.categories import Category
from schemas.dead_letters import Reason

_CATEGORIES: Final = {category.value: category for category in Category}
_RULE: Final = "one of " + ", ".join(Category)


def category_of(text: str) -> Category:
    """The category that a value names. Refusal: it is none of ours."""
    return _CATEGORIES.get(text) or one_of(text, "category", _CATEGORIES, Reason.UNKNOWN_CATEGORY, _RULE)
