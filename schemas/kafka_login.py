"""How a process shows the brokers who it is, and how it knows them: TLS, and a user with a password from a file."""

import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class KafkaSecurity(StrEnum):
    """What the line to the brokers is, as Kafka names it in small letters."""

    PLAINTEXT = "plaintext"
    SSL = "ssl"
    SASL_SSL = "sasl_ssl"
    SASL_PLAINTEXT = "sasl_plaintext"

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read or change what is said."""
        return self in {KafkaSecurity.SSL, KafkaSecurity.SASL_SSL}

    @property
    def has_user(self) -> bool:
        """Whether the brokers are told who it is."""
        return self in {KafkaSecurity.SASL_SSL, KafkaSecurity.SASL_PLAINTEXT}


class KafkaMechanism(StrEnum):
    """How a user's password is shown."""

    SCRAM_SHA_512 = "SCRAM-SHA-512"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaLogin:
    """`user` and `password_file` are there where the line has a user; `ca` None: the machine's own authorities."""

    security: KafkaSecurity = KafkaSecurity.PLAINTEXT
    mechanism: KafkaMechanism = KafkaMechanism.SCRAM_SHA_512
    user: str | None = None
    password_file: Path | None = None
    ca: Path | None = None

    def password(self) -> str:
        """Read when it is used, so that nothing prints it and a new one needs no new settings. OSError."""
        return "" if self.password_file is None else self.password_file.read_text(encoding="utf-8").strip()

    def tls(self) -> ssl.SSLContext | None:
        """How the brokers are known; their names are checked. OSError."""
        return ssl.create_default_context(cafile=self.ca) if self.security.is_private else None

    def options(self) -> dict[str, object]:
        """What kafka-python takes. OSError."""
        found: dict[str, object] = {"security_protocol": self.security.upper()}
        if (context := self.tls()) is not None:
            found["ssl_context"] = context
        if self.security.has_user:
            found |= {
                "sasl_mechanism": self.mechanism.value,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password(),
            }
        return found
