"""What tests of accounts and of HTTP share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders_auth import Accounts, accounts


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Accounts]:
    """A kept.db with its clock at 23:00 UTC on a Saturday."""
    opened = accounts(tmp_path)
    yield opened
    opened.close()
