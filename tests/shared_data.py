"""Where the real data files lie, beside the project; tests that need them skip with the reason when they do not."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def shared(name: str) -> Path:
    """The path of a real data file, or a skip that says which file is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"real data file {name} is not beside the project (../shared/data)")
    return path
