"""One whole engine for these tests, one after the other: each leaves it as it found it, by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders_engine import Engine, engine_in


@pytest.fixture(scope="package")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine whose roles run."""
    with engine_in(Path(tmp_path_factory.mktemp("engine"))) as found:
        found.start_roles()
        found.until_ready()
        found.key("operations")
        yield found
