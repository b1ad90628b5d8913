"""What is installed: our flat names are ours alone, and the wheel runs without the checkout."""

import importlib.metadata
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("schemas", "ingest", "streams", "api", "deploy", "nightdesk")


@pytest.mark.parametrize("name", OURS)
def test_each_top_level_name_comes_from_this_distribution_alone(name: str) -> None:
    owners = importlib.metadata.packages_distributions().get(name, [])
    assert set(owners) <= {"nightdesk"}, f"{name} is claimed by {owners}"
    found = __import__(name).__file__
    assert found is not None
    assert Path(found).is_relative_to(ROOT)


def test_the_package_is_never_uploaded() -> None:
    classifiers = importlib.metadata.metadata("nightdesk").get_all("Classifier") or []
    assert "Private :: Do Not Upload" in classifiers


@pytest.mark.server
def test_the_wheel_runs_without_the_checkout(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
        files.extractall(tmp_path / "installed")
    assert {
        "api/record/migrations/env.py",
        "ingest/simulate/story.toml",
        "schemas/reference/westminster.toml",
        "schemas/reference/westminster_wards.geojson",
        "schemas/asyncapi.yaml",
        "api/pages/index.html",
    } <= names
    out = subprocess.run(
        [sys.executable, "-c", "import nightdesk; nightdesk.main()", "simulate", "--out", str(tmp_path / "night")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "sbn.ndjson" in out.stdout


def _wheel(tmp_path: Path) -> Path:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    return next(tmp_path.glob("nightdesk-*.whl"))
