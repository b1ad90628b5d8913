"""One site over a folder of the test's own, its pages not built."""

from pathlib import Path

import pytest

from tests.builders_auth import Accounts
from tests.builders_http import Site, site


@pytest.fixture
def desk(house: Accounts, tmp_path: Path) -> Site:
    """The site on localhost."""
    return site(house, tmp_path / "pages")
