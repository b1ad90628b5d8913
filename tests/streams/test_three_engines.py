"""The same files have the same result on the three engines, killed and run again or not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.simulate.night import SOURCES
from tests.builders_running import ROOT, environment
from tests.builders_services import StartedBroker
from tests.shared_data import shared

pytestmark = pytest.mark.server
LFB = "lfb/lfb_incidents_2023_sample_a.csv.gz"


def command(engine: str, *words: str | Path) -> list[str]:
    """The command line of a replay."""
    return [sys.executable, "-m", "nightdesk", "replay", *map(str, words), "--engine", engine, "--json"]


def replayed(engine: str, broker: StartedBroker, folder: Path, *words: str | Path) -> dict[str, Any]:
    """What a replay says, but for how long it took."""
    environ = environment() | {"NIGHTDESK_KAFKA": broker.bootstrap, "NIGHTDESK_DATA": str(folder / engine)}
    run = subprocess.run(command(engine, *words), cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return {name: value for name, value in found.items() if name not in {"elapsed_s", "entries_per_s"}}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated night's files."""
    out = tmp_path_factory.mktemp("night")
    subprocess.run(
        [sys.executable, "-m", "nightdesk", "simulate", "--seed", "5", "--out", str(out)],
        cwd=ROOT, env=environment(), check=True, capture_output=True,
    )  # fmt: skip
    return out


@pytest.mark.parametrize("name", ["sbn.ndjson", "noise_events.csv"])
def test_a_simulated_feed(name: str, night: Path, broker: StartedBroker, tmp_path: Path) -> None:
    words = (SOURCES[name].value, night / name)
    found = [replayed(engine, broker, tmp_path, *words) for engine in ("memory", "embedded", "kafka")]
    assert found[0]["entries"] > 0
    assert found[0] == found[1] == found[2]
    assert replayed("kafka", broker, tmp_path, *words) == found[0]  # all of it is known already


def test_the_fire_brigades_calls(broker: StartedBroker, tmp_path: Path) -> None:
    words = ("lfb", shared(LFB))
    found = [replayed(engine, broker, tmp_path, *words) for engine in ("memory", "embedded", "kafka")]
    assert found[0]["entries"] > 0
    assert found[0] == found[1] == found[2]
