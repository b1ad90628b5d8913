"""Small disks of a test's own, to be filled: mounted for everybody, so that what lies there outlives who wrote it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk in memory on an empty folder until the block ends; skips where a mount is not permitted."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root")
    options = f"size={megabytes}m,mode={folder.stat().st_mode & 0o777:o}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a mount is not permitted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
