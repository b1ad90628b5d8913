"""A broker that asks who one is and holds everybody to their rights: at one port by SASL PLAIN, at the other as an
engine of several machines has it, by TLS and SCRAM."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from deploy.kafka_rights import ROLES, Right
from deploy.local.ports import free_port
from schemas.kafka_login import KafkaLogin, KafkaSecurity
from tests.builders_certificates import certificate_in
from tests.builders_services import StartedBroker

PASSWORD: Final = "drawn-for-this-test"  # noqa: S105
_OPERATIONS: Final = {
    "Read": "READ",
    "Write": "WRITE",
    "Create": "CREATE",
    "Describe": "DESCRIBE",
    "DescribeConfigs": "DESCRIBE_CONFIGS",
}
_MODULES: Final = "org.apache.kafka.common.security"
_SECURED: Final = """
listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
listeners={listeners},SECURED://127.0.0.1:{port}
advertised.listeners={advertised},SECURED://127.0.0.1:{port}
listener.name.plaintext.plain.sasl.jaas.config={plain}
listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.secured.scram-sha-512.sasl.jaas.config={scram}
listener.name.secured.ssl.keystore.type=PEM
listener.name.secured.ssl.keystore.location={both}
"""


@dataclass(frozen=True, slots=True)
class Secured:
    """Where brokers let users in by TLS and SCRAM, and how they are known."""

    bootstrap: str
    ca: Path

    def login_of(self, role: str, folder: Path, password: str = PASSWORD) -> KafkaLogin:
        """A role's login; its password is in a file of the folder."""
        file = folder / f"password-{role}"
        file.write_text(f"{password}\n", encoding="utf-8")
        return KafkaLogin(security=KafkaSecurity.SASL_SSL, user=user_of(role), password_file=file, ca=self.ca)


def user_of(role: str) -> str:
    """The name of a role's user; `admin` may do everything."""
    return role if role == "admin" else f"nightdesk-{role}"


def as_role(role: str) -> dict[str, Any]:
    """What kafka-python takes to be a role."""
    return {
        "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_plain_username": user_of(role),
        "sasl_plain_password": PASSWORD,
    }  # fmt: skip


def secure(broker: StartedBroker, rights: Sequence[Right]) -> Secured:
    """Start it again with a user a role, each with its rights."""
    broker.stop()
    file, port = Path(broker.service.command[-1]), free_port()
    certificate = certificate_in(file.parent)
    said = dict(line.split("=", 1) for line in file.read_text().splitlines())
    users = ("admin", *ROLES, "push")
    plain = " ".join(f'user_{user_of(role)}="{PASSWORD}"' for role in users)
    admin = f'required username="admin" password="{PASSWORD}"'
    ours = _SECURED.format(
        listeners=said.pop("listeners"), advertised=said.pop("advertised.listeners"), port=port, both=certificate.both,
        plain=f"{_MODULES}.plain.PlainLoginModule {admin} {plain};",
        scram=f"{_MODULES}.scram.ScramLoginModule {admin};",
    )  # fmt: skip
    said.pop("listener.security.protocol.map")
    file.write_text("\n".join(f"{name}={value}" for name, value in said.items()) + ours)
    broker.start()
    maker = KafkaAdminClient(bootstrap_servers=broker.bootstrap, **as_role("admin"))
    refused = maker.alter_user_scram_credentials([_scram(user_of(role)) for role in users])
    assert not any(refused.values()), refused
    maker.create_acls([acl for right in rights for acl in _acls(right)])
    maker.close()
    return Secured(f"127.0.0.1:{port}", certificate.certificate)


def _scram(user: str) -> UserScramCredentialUpsertion:
    return UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, PASSWORD)


def _acls(right: Right) -> Iterator[ACL]:
    pattern = ACLResourcePatternType.PREFIXED if right.is_prefix else ACLResourcePatternType.LITERAL
    about = ResourcePattern(ResourceType[right.kind.upper()], right.name, pattern)
    for operation in right.operations:
        yield ACL(right.principal, "*", ACLOperation[_OPERATIONS[operation]], ACLPermissionType.ALLOW, about)
