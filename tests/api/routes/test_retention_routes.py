"""Retention over HTTP: how long to everybody who is signed in, how much to whoever looks after it."""

import pytest

from schemas.audiences import Role
from schemas.times import DAY, rfc3339
from tests.builders_http import Site

PATH = "/api/v1/retention"


@pytest.mark.parametrize("role", Role)
def test_everybody_is_told_how_long_and_few_how_much(role: Role, desk: Site) -> None:
    desk.house.words.keep("w-1", "blue-door", "words")
    items = {one["what"]: one for one in desk.ask("GET", PATH, headers=desk.as_role(role)).json()["items"]}
    assert {what: one["days"] for what, one in items.items()} == {
        "words": 92, "dead_letters": 14, "reports": 400, "history": 400, "sessions": 30, "audit": 731,
    }  # fmt: skip
    counted = (items["words"]["held"], items["words"]["goes_within_7_days"], items["words"]["goes_next"])
    if role in {Role.ADMIN, Role.DATAPROTECTION}:
        assert counted == (1, 0, rfc3339(desk.house.clock() + 92 * DAY))
    else:
        assert counted == (None, None, None)


def test_a_stranger_is_told_nothing(desk: Site) -> None:
    assert desk.ask("GET", PATH).status_code == 401
