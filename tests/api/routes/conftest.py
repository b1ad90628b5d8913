"""One site over a folder of the test's own, its pages not built."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders_auth import Accounts, accounts
from tests.builders_http import Site, site


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Accounts]:
    """A kept.db with its clock at 23:00 UTC on a Saturday."""
    opened = accounts(tmp_path)
    yield opened
    opened.kept.close()


@pytest.fixture
def desk(house: Accounts, tmp_path: Path) -> Site:
    """The site on localhost."""
    return site(house, tmp_path / "pages")
