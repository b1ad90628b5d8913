"""Realms: three kinds of world."""

import pytest

from schemas.realms import DEMO, EXERCISE, LIVE, Realm


@pytest.mark.parametrize("name", ["live", "exercise", "replay-demo", "replay-2017-q1", "replay-" + "a" * 32])
def test_a_realm_keeps_its_name(name: str) -> None:
    assert str(Realm(name)) == name


@pytest.mark.parametrize(
    "name",
    ["", "Live", "live ", "replay", "replay-", "replay--x", "replay-A", "replay-a/b", "replay-" + "a" * 33, "live\n"],
)
def test_a_name_that_is_no_realm_is_refused_by_value(name: str) -> None:
    with pytest.raises(ValueError, match="must be live, exercise or replay-"):
        Realm(name)


def test_only_a_replay_is_a_replay() -> None:
    assert [realm.is_replay for realm in (LIVE, EXERCISE, DEMO)] == [False, False, True]
