"""What tests of every part share: one PostgreSQL for the whole run, started by the first who needs it."""

from collections.abc import Iterator

import pytest

from tests.builders_postgres import postgres_server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Its address. What it writes need not outlive this machine's power, so it does not wait for the disk."""
    with postgres_server("-c", "fsync=off", "-c", "full_page_writes=off") as server:
        yield server.url
