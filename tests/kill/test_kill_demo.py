"""Kill it: nothing that was sent is lost or counted twice, and every console ends with the same picture."""

import asyncio
from pathlib import Path
from random import Random

import orjson
import pytest

from ingest.simulate.stage import STORY_NIGHT, stream_of
from streams.core.digest import digest
from tests.builders_running import run
from tests.kill.harness import Desk, Moment, Survived, drawn, survive
from tests.kill.oracles import Left, as_json, seen_by_operations

SEED = 7
AFTER_THE_NIGHT = "2026-05-17T06:00:01"
"""The story's night closes at 05:00 UTC; an hour later the demo goes on to the next one."""


def _moments(rng: Random, count: int) -> list[Moment]:
    """All kinds in turn, the first in the past nights, which a folder only lives through once."""
    first = [Moment.HISTORY, Moment.SNAPSHOT, Moment.START, Moment.RESTORE, Moment.NIGHT, Moment.STOPPING]
    later = [Moment.START, Moment.RESTORE, Moment.NIGHT, Moment.STOPPING, Moment.HISTORY]
    return (first + [rng.choice(later) for _ in range(count)])[:count]


@pytest.mark.server
@pytest.mark.timeout(200)
def test_six_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    _live_and_check(tmp_path, kills=6, speed=3_600)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    _live_and_check(tmp_path, kills=50, speed=600)


def _live_and_check(folder: Path, *, kills: int, speed: int) -> None:
    rng = drawn()
    desk = Desk(folder, "--demo", "--speed", str(speed), "--seed", str(SEED))
    try:
        survived = asyncio.run(survive(desk, _moments(rng, kills), closed=AFTER_THE_NIGHT, rng=rng))
    finally:
        if desk.process is not None:
            asyncio.run(desk.kill())
    left = Left(survived.data, SEED)
    _stopped_cleanly(survived)
    _every_record_stands_once(left)
    _all_desks_agree(left, survived)
    _all_consoles_agree(left, survived)
    _the_record_is_the_picture(left)


def _stopped_cleanly(survived: Survived) -> None:
    assert survived.stopped_with == 0


def _every_record_stands_once(left: Left) -> None:
    written = left.written()
    assert [place for place, facts in written.items() if len(facts) > 1] == []
    story = left.sent(through=stream_of(STORY_NIGHT.isoformat(), SEED))
    assert {place: facts[0] for place, facts in written.items() if place in story} == story
    everything = left.sent(through=left.nights[-1].stream)
    assert {place: facts[0] for place, facts in written.items()}.items() <= everything.items()


def _all_desks_agree(left: Left, survived: Survived) -> None:
    code, out, err = run("digest", "--data", str(survived.data), "--json")
    assert code == 0, err
    assert orjson.loads(out)["digest"] == digest(left.refolded)
    assert digest(left.restored) == digest(left.refolded)
    assert digest(left.uninterrupted()) == digest(left.refolded)


def _all_consoles_agree(left: Left, survived: Survived) -> None:
    fresh = survived.fresh.picture
    assert fresh.state["incidents"] or fresh.state["windows"]
    for console in survived.consoles:
        assert (console.picture.e, console.picture.s) == (fresh.e, fresh.s)
        assert console.picture.state == fresh.state
        assert console.heard.snapshots >= 2, "it lived through kills"
    assert sum(console.heard.resumed for console in survived.consoles) > 0, "some went on by their last epoch and seq"
    shown = {(kind, key): record for kind, records in fresh.state.items() for key, record in records.items()}
    seen = {(one.kind.value, one.key): seen_by_operations(one) for one in left.settled()}
    settled = {place: record for place, record in seen.items() if record is not None}
    assert {place: record for place, record in shown.items() if place in settled} == settled
    assert shown.keys() <= _live_or_waiting(left)


def _the_record_is_the_picture(left: Left) -> None:
    recorded = left.recorded()
    settled = {(one.kind.value, one.key): ((one.offset, one.index), as_json(one.record)) for one in left.settled()}
    assert {place: recorded.get(place) for place in settled} == settled
    live = {place for place, (_, body) in recorded.items() if body is not None}
    assert live <= _live_or_waiting(left)


def _live_or_waiting(left: Left) -> set[tuple[str, str]]:
    """What the picture shows, and what left it less than five seconds ago and is told at the mark."""
    live = {(kind, key) for kind, records in left.picture().items() for key in records}
    return live | {(kind.value, key) for kind, keys in left.restored.changes.waiting.items() for key in keys}
