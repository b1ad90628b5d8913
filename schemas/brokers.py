"""How every client finds the brokers of the Kafka engine."""

from dataclasses import dataclass
from typing import Final

from schemas.settings import Settings

CONNECT_SECONDS: Final = 10.0
"""How long a client looks for a broker that answers."""
RECONNECT_MS_MAX: Final = 1_000
"""Between two tries to reach a broker that is gone: it is back as soon as it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brokers:
    """Where the brokers are: `host:port`, several with commas."""

    bootstrap: str

    @classmethod
    def of(cls, settings: Settings) -> "Brokers":
        """The brokers of a process's settings."""
        return cls(bootstrap=settings.kafka)

    def options(self, role: str) -> dict[str, object]:
        """What kafka-python takes to connect; `role` is who the brokers' log says it was."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "client_id": f"nightdesk-{role}",
            "bootstrap_timeout_ms": round(CONNECT_SECONDS * 1000),
            "reconnect_backoff_max_ms": RECONNECT_MS_MAX,
        }
