"""Journal entries for tests of the journal, and processes that can be killed or given a small or read-only disk."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from schemas.categories import Category
from schemas.feeds import Source
from schemas.journal import Entry, Origin, Reported

ROOT = Path(__file__).resolve().parents[1]


def reported(position: int, *, stream: str = "file:one", index: int = 0, source_id: str | None = None) -> Entry:
    """A report that stands at `position` of a stream."""
    at = 1_778_970_000_000 + position * 1_000
    return Entry(
        fact=Reported(
            source=Source.SBN,
            source_id=source_id or f"{stream}-{position}-{index}",
            reporter="blue-door",
            category=Category.SERIOUS_VIOLENCE,
            severity=3,
            at=at,
            occurred_at=at,
            received_at=at,
            lat=51.513 + position / 1e7,
            lon=-0.1342,
            cell="89195da49b7ffff",
        ),
        origin=Origin(stream=stream, position=position, index=index),
    )


def unfoldable(origin: Origin) -> Entry:
    """A report that no fold can apply: it was received in a year that no calendar has."""
    fact = reported(1, source_id="unfoldable").fact
    assert isinstance(fact, Reported)
    return Entry(fact=replace(fact, received_at=10**15), origin=origin)


def reports(count: int, *, first: int = 1, stream: str = "file:one") -> list[Entry]:
    """Reports at consecutive positions of a stream."""
    return [reported(position, stream=stream) for position in range(first, first + count)]


def python(script: str, *arguments: str) -> list[str]:
    """The command line of another Python process of this project."""
    return [sys.executable, "-c", script, *arguments]


def on_a_private_disk(folder: Path, options: str, script: str) -> str:
    """Run a script whose `sys.argv[1]` is a tmpfs that only it sees, mounted with `options`; its output."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("a private mount needs root and unshare (util-linux)")
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"a private mount is not permitted here: {probe.stderr.decode().strip()}")
    inside = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift && exec "$2" -c "$3" "$1"'
    command = ["unshare", "-m", "sh", "-c", inside, "sh", options, str(folder), sys.executable, script]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    """For processes that import the project."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}
