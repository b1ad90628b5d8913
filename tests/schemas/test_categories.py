"""The categories: each has one group and one urgency."""

from schemas.categories import GROUP_OF, URGENCY_OF, Category, CategoryGroup, Urgency


def test_each_category_has_a_group_and_an_urgency_and_none_is_left_empty() -> None:
    assert set(GROUP_OF) == set(URGENCY_OF) == set(Category)
    assert set(GROUP_OF.values()) == set(CategoryGroup)
    assert set(URGENCY_OF.values()) == set(Urgency)


def test_the_protective_categories_are_the_two_that_operations_do_not_see() -> None:
    protective = {category for category, urgency in URGENCY_OF.items() if urgency is Urgency.PROTECTIVE}
    assert protective == {Category.SUSPICIOUS_BEHAVIOUR, Category.HIDDEN_HARM}
