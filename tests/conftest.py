"""What every test can ask for by name: a real broker and a real Redis, one of each a session."""

from tests.builders_services import broker, redis

__all__ = ["broker", "redis"]
