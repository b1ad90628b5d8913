"""Kill anything: two of each role and every service; nothing is lost or doubled, and nobody is told wrong."""

import asyncio
import gc
import logging
from pathlib import Path

import pytest

from tests.kill.harness import drawn
from tests.kill.kafka import oracles
from tests.kill.kafka.befalling import Plan, What
from tests.kill.kafka.platform import ROLES, platform
from tests.kill.kafka.survive import survive

BRIEFLY = Plan(
    kills_a_role=2,
    pauses=2,
    pause_s=(7, 9),
    losses=2,
    rebalances=2,
    between_s=(0.1, 1.2),
    pause_of_phones_s=(0.05, 0.4),
    pause_of_feeds_s=(0.01, 0.15),
)
LONG = Plan(
    kills_a_role=13,
    pauses=10,
    pause_s=(20, 70),
    losses=3,
    rebalances=8,
    between_s=(0.5, 5.0),
    pause_of_phones_s=(0.5, 2.0),
    pause_of_feeds_s=(0.2, 1.5),
)


@pytest.mark.server
@pytest.mark.timeout(400)
def test_whatever_is_killed_nothing_is_lost_or_doubled(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "kafka")
    _live_and_check(tmp_path, BRIEFLY)
    gc.collect()  # what kafka-python left open is this test's, and no later one's


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_a_hundred_kills_lose_nothing_and_double_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "kafka")
    _live_and_check(tmp_path, LONG)
    gc.collect()  # what kafka-python left open is this test's, and no later one's


def _live_and_check(folder: Path, plan: Plan) -> None:
    rng = drawn()
    with platform(folder / "log") as whole:
        survived = asyncio.run(survive(whole, plan, rng))
        left = survived.left
        assert survived.happened[What.KILL] == plan.kills_a_role * len(ROLES)
        assert survived.happened[What.PAUSE] == plan.pauses
        assert len(survived.feeds.sent) > 100
        oracles.every_desk_agrees(left)
        oracles.every_record_stands(left, survived.feeds.sent)
        oracles.every_report_stands_once(left, survived.phones, survived.receipts)
        oracles.every_verdict_was_right(left, [answer for phone in survived.phones for answer in phone.answers])
        oracles.every_console_is_right(left, survived.fresh, survived.consoles)
        oracles.every_list_is_right(survived.fresh[0], survived.lists)
        oracles.the_record_is_the_picture(left)
        oracles.no_version_says_two_things(left.told)
