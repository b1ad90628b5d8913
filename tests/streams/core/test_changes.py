"""What the fold has to say: at once, paced, gone, repeated; each version once."""

from schemas.picture import Kind
from schemas.times import HOUR, SECOND
from streams.core.changes import PACE, Changes

AT = 1_778_968_800_000


def _changes(offset: int = 7) -> Changes:
    changes = Changes()
    changes.begin(offset)
    changes.at(AT + 1)
    return changes


def _drained(changes: Changes) -> list[tuple[int, Kind, str]]:
    return [(version[0], kind, key) for version, kind, key in changes.drained()]


def test_an_incident_goes_out_at_once_and_only_once() -> None:
    changes = _changes()
    changes.now(Kind.INCIDENTS, "i")
    assert _drained(changes) == [(7, Kind.INCIDENTS, "i")]
    assert _drained(changes) == []


def test_a_window_waits_for_the_next_five_second_mark() -> None:
    changes = _changes()
    changes.later(Kind.WINDOWS, "w")
    changes.begin(8)
    changes.at(AT + PACE - 1)
    assert _drained(changes) == []
    changes.begin(9)
    changes.at(AT + PACE)
    assert [(version, key) for version, _, key in changes.drained()] == [((9, 0, AT + PACE), "w")]


def test_a_key_that_changes_again_before_it_was_drained_goes_out_later_once() -> None:
    changes = _changes()
    changes.later(Kind.WINDOWS, "w")
    changes.at(AT + PACE + SECOND)
    changes.later(Kind.WINDOWS, "w")
    assert _drained(changes) == []
    changes.begin(9)
    changes.at(AT + 2 * PACE)
    assert _drained(changes) == [(9, Kind.WINDOWS, "w")]


def test_changes_come_out_oldest_first() -> None:
    changes = _changes(1)
    changes.now(Kind.INCIDENTS, "b")
    changes.begin(2)
    changes.now(Kind.INCIDENTS, "a")
    changes.begin(3)
    changes.gone(Kind.NIGHT, "n")
    assert [key for _, _, key in changes.drained()] == ["b", "a", "n"]


def test_what_is_gone_has_no_version_any_more_and_is_not_repeated() -> None:
    changes = _changes()
    changes.now(Kind.INCIDENTS, "i")
    changes.begin(8)
    changes.gone(Kind.INCIDENTS, "i")
    assert _drained(changes) == [(8, Kind.INCIDENTS, "i")]
    changes.begin(9)
    changes.at(AT + HOUR)
    changes.repeat()
    assert _drained(changes) == []
    changes.everything()
    assert _drained(changes) == []


def test_a_repeat_tells_every_key_again_at_its_own_version() -> None:
    changes = _changes()
    changes.now(Kind.INCIDENTS, "i")
    changes.later(Kind.WINDOWS, "w")
    changes.drained()
    changes.begin(20)
    changes.at(AT + HOUR)
    changes.repeat()
    told = changes.drained()
    assert {key for _, _, key in told} == {"i", "w"}
    assert {version[0] for version, _, _ in told} == {20}


def test_everything_gives_each_key_at_the_version_that_set_it() -> None:
    changes = _changes(3)
    changes.now(Kind.INCIDENTS, "i")
    changes.begin(4)
    changes.now(Kind.INCIDENTS, "j")
    changes.drained()
    changes.everything()
    assert _drained(changes) == [(3, Kind.INCIDENTS, "i"), (4, Kind.INCIDENTS, "j")]


def test_what_waits_is_left_to_its_time_by_everything() -> None:
    changes = _changes()
    changes.later(Kind.WINDOWS, "w")
    changes.at(AT + PACE)
    changes.drained()
    changes.later(Kind.WINDOWS, "w")
    changes.everything()
    assert _drained(changes) == []
