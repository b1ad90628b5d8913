"""The laws over thousands of other journals than those of every run."""

import os
import subprocess
import sys

import pytest

from tests.builders_journals import ROOT, environment

EXAMPLES = "3000"


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("law", ["order", "tick", "crash", "version"])
def test_thousands_of_other_journals_obey_the_law(law: str) -> None:
    asked = os.environ.get("LAW_EXAMPLES", EXAMPLES)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-o", "timeout=3000", f"tests/simulation/test_{law}_laws.py"],
        cwd=ROOT,
        env=environment() | {"LAW_EXAMPLES": asked},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8_000:]
