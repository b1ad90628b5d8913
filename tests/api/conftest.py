"""What tests of accounts and of HTTP share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders_auth import Accounts, accounts
from tests.builders_postgres import Where


@pytest.fixture
def where(tmp_path: Path) -> Where:
    """In files; what holds in PostgreSQL too says `where = on_both`."""
    return Where(tmp_path, None)


@pytest.fixture
def house(where: Where) -> Iterator[Accounts]:
    """A kept.db with its clock at 23:00 UTC on a Saturday."""
    opened = accounts(where.folder, kept=where.kept)
    yield opened
    opened.close()
