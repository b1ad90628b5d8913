"""What every test can ask for by name: a real broker, a real Redis and a real PostgreSQL, one of each a session."""

from collections.abc import Iterator

import pytest

from tests.builders_postgres import postgres_server
from tests.builders_services import broker, redis

__all__ = ["broker", "redis"]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Its address. What it writes need not outlive this machine's power, so it does not wait for the disk."""
    with postgres_server("-c", "fsync=off", "-c", "full_page_writes=off") as server:
        yield server.url
