"""The state as bytes: whatever the desk holds comes back, and what is no state is refused."""

import orjson
import pytest

from streams.core.desk import Desk
from streams.core.state import StateUnreadable, decode, encode_ledgers, encode_tonight
from tests.builders_night import Night, correct, report, trigger, withdraw
from tests.simulation.run import first_difference, state

SATURDAY = "2026-05-16"


def _unread(sha256: str) -> bytes:
    raise AssertionError(f"nothing adopted {sha256}")


def test_an_empty_desk_comes_back() -> None:
    desk = Desk("borough", _unread)
    again = decode(encode_tonight(desk), encode_ledgers(desk), "borough", _unread)
    assert state(again) == state(desk)


def test_a_full_desk_comes_back_to_the_byte() -> None:
    night = Night("2026-05-15")
    past, now = report("theft", id="p1"), report("drugs", id="n1", venue="lantern-yard")
    night.at("2026-05-15 23:00", past, report("theft", id="p2"))
    night.at("2026-05-16 23:00", now, trigger(level_db=70), trigger(level_db=95))
    night.at("2026-05-16 23:01", correct(now, severity=4), withdraw(report("asb", id="never-came")))
    night.at("2026-05-16 23:02", withdraw(past))
    night.to("2026-05-16 23:03")
    before, shown = state(night.run.desk), night.run.shown()
    night.run.crash()
    after = state(night.run.desk)
    assert after == before, first_difference(before[0], after[0])
    assert night.run.shown() == shown


def test_a_correction_that_waits_for_its_original_is_not_lost() -> None:
    night = Night(SATURDAY)
    original = report("theft", id="r1")
    night.at("23:00", correct(original, category="drugs", happened="23:00"))
    night.to("23:01").run.crash()
    night.at("23:02", original)
    night.wants("23:03", incidents=1, categories=("drugs",)).because("it was held over the crash")


def test_repeats_are_known_after_a_crash() -> None:
    night = Night(SATURDAY)
    stolen = report("theft", id="r1")
    night.at("23:00", stolen)
    night.to("23:01").run.crash()
    night.repeat_last()
    night.at("23:02", stolen)
    night.wants("23:03", incidents=1, reports=1).because("told once")
    assert night.counted("sbn").duplicates == 1


@pytest.mark.parametrize("bad", [b"", b"{", b"[]", b"{}", b'{"v": 1}', b"null", b"\x00"])
def test_what_is_no_state_is_refused(bad: bytes) -> None:
    desk = Night(SATURDAY).to("23:00").run.desk
    tonight, ledgers = state(desk)
    for parts in ((bad, ledgers), (tonight, bad)):
        with pytest.raises(StateUnreadable, match=r"not a state of version 2|is of version"):
            decode(*parts, desk.borough, desk.read_blob)


@pytest.mark.parametrize("part", ["tonight", "ledgers"])
def test_a_state_of_another_version_is_refused_by_its_number(part: str) -> None:
    desk = Night(SATURDAY).to("23:00").run.desk
    parts = dict(zip(("tonight", "ledgers"), state(desk), strict=True))
    parts[part] = orjson.dumps(orjson.loads(parts[part]) | {"v": 9})
    with pytest.raises(StateUnreadable, match="version 9; this code reads version 2"):
        decode(parts["tonight"], parts["ledgers"], desk.borough, desk.read_blob)
