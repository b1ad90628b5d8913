"""520 nights, on either engine: memory stays flat, and both end with the same picture. About two minutes."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.benchmarks.night_replay import GROWTH_MB_MAX, Replay, grown_mb
from tests.benchmarks.nights import COUNT, write_nights
from tests.builders_journals import ROOT

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
ENTRIES_MIN = 130_000


@pytest.fixture(scope="module")
def replays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Replay]:
    """The same nights through both, each in a fresh process."""
    work = tmp_path_factory.mktemp("nights")
    write_nights(work)
    return {engine: _replayed(engine, work) for engine in ("memory", "embedded")}


def _replayed(engine: str, work: Path) -> Replay:
    command = [sys.executable, "-m", "tests.soak.long_replay", engine, str(work)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=400)
    return msgspec.json.decode(done.stdout, type=Replay)


@pytest.mark.parametrize("engine", ["memory", "embedded"])
def test_memory_is_flat_over_all_nights(replays: dict[str, Replay], engine: str) -> None:
    played = replays[engine]
    assert played.reports >= ENTRIES_MIN
    assert grown_mb(played.early_mb, played.end_mb) <= GROWTH_MB_MAX, f"{played} after {COUNT} nights"


def test_both_engines_end_with_the_same_picture(replays: dict[str, Replay]) -> None:
    assert replays["memory"].digest == replays["embedded"].digest
    assert replays["memory"].entries == replays["embedded"].entries
