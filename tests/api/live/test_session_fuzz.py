"""Ten thousand frames of rubbish crash nothing, are all answered, and leave the session as good as before."""

import json
import random

import orjson
import pytest

from api.live.session import Session
from schemas.audiences import Audience, Role
from tests.builders_push import GROUP, OPERATIONS, Clock, Line, a_hub, memory_view, update

FRAMES = 10_000
SEED = 20_260_516

WORDS = ("op", "topic", "epoch", "seq", "subscribe", "unsubscribe", OPERATIONS, GROUP, "e1", "", "\ud800", "\x00", "🜨")
NUMBERS = (0, 1, -1, 2**63, 10**40, 1.5, -0.0, 1e308, float("inf"), float("nan"), True, None)
GOOD = b'{"op":"subscribe","topic":"westminster/operations","epoch":"e1","seq":1}'


def rubbish(dice: random.Random) -> bytes:
    """Random bytes, a good frame spoilt, JSON of our words in a wrong order, or brackets without end."""
    match dice.randrange(5):
        case 0:
            return dice.randbytes(dice.randrange(5_000))
        case 1:
            spoilt = bytearray(GOOD)
            for _ in range(dice.randrange(1, 5)):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            return bytes(spoilt)
        case 2:
            return GOOD[: dice.randrange(len(GOOD))] + GOOD[dice.randrange(len(GOOD)) :]
        case 3:
            return json.dumps(_value(dice, 5)).encode()  # orjson would refuse what a hostile client may well send
    return dice.choice([b"[", b'{"a":', b'"', b'"\\', b"[]", b"{"]) * dice.randrange(3_000)


def _value(dice: random.Random, depth: int) -> object:
    if depth and dice.random() < 0.7:
        if dice.random() < 0.3:
            return [_value(dice, depth - 1) for _ in range(dice.randrange(4))]
        return {dice.choice(WORDS): _value(dice, depth - 1) for _ in range(dice.randrange(5))}
    return dice.choice((*NUMBERS, *WORDS))


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(line: Line, clock: Clock) -> Session:
    view = memory_view()
    view.put([update(1, record={"n": 1})])
    return a_hub(view, clock).join(line, Audience(role=Role.OPERATIONS))


def test_rubbish_crashes_nothing(session: Session, line: Line, clock: Clock) -> None:
    dice = random.Random(SEED)  # noqa: S311 - repeatable rubbish
    print(f"seed {SEED}")  # noqa: T201 - shown when the test fails
    for _ in range(FRAMES):
        clock.now += 1.0
        frame = rubbish(dice)
        session.receive(frame)
        answers = line.heard()
        assert all(answer["t"] in ("refused", "snapshot", "delta", "gap", "heartbeat") for answer in answers), frame
    session.receive(orjson.dumps({"op": "subscribe", "topic": OPERATIONS}))
    assert [frame["t"] for frame in line.heard()] == ["snapshot", "heartbeat"]


def test_the_rubbish_is_of_every_sort(session: Session, line: Line, clock: Clock) -> None:
    dice = random.Random(SEED)  # noqa: S311 - repeatable rubbish
    reasons = set()
    for _ in range(FRAMES // 5):
        clock.now += 1.0
        session.receive(rubbish(dice))
        reasons |= {answer.get("reason") for answer in line.heard()}
    assert reasons >= {"not_json", "unknown_op", "too_large", "too_deep", "unknown_topic"}
