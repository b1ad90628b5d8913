"""A broker that asks who one is (SASL PLAIN) and holds everybody to their rights."""

from collections.abc import Iterator, Sequence
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
)

from deploy.kafka_rights import ROLES, Right
from schemas.kafka_login import KafkaLogin, KafkaMechanism, KafkaSecurity
from tests.builders_services import StartedBroker

PASSWORD: Final = "drawn-for-this-test"  # noqa: S105
_OPERATIONS: Final = {
    "Read": "READ",
    "Write": "WRITE",
    "Create": "CREATE",
    "Describe": "DESCRIBE",
    "DescribeConfigs": "DESCRIBE_CONFIGS",
}
_MODULE: Final = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SECURED: Final = """
listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
"""


def user_of(role: str) -> str:
    """The name of a role's user; `admin` may do everything."""
    return role if role == "admin" else f"nightdesk-{role}"


def as_role(role: str) -> dict[str, Any]:
    """What kafka-python takes to be a role."""
    return {
        "security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_plain_username": user_of(role),
        "sasl_plain_password": PASSWORD,
    }  # fmt: skip


def login_of(role: str, folder: Path) -> KafkaLogin:
    """A role's login; its password is in a file of the folder."""
    file = folder / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return KafkaLogin(
        security=KafkaSecurity.SASL_PLAINTEXT, mechanism=KafkaMechanism.PLAIN, user=user_of(role), password_file=file
    )


def secure(broker: StartedBroker, rights: Sequence[Right]) -> None:
    """Start it again with a user a role, each with its rights."""
    broker.stop()
    users = " ".join(f'user_{user_of(role)}="{PASSWORD}"' for role in ("admin", *ROLES, "push"))
    login = f'{_MODULE} required username="admin" password="{PASSWORD}" {users};'
    file = Path(broker.service.command[-1])
    kept = [line for line in file.read_text().splitlines() if not line.startswith("listener.security")]
    file.write_text("\n".join([*kept, f"listener.name.plaintext.plain.sasl.jaas.config={login}"]) + _SECURED)
    broker.start()
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap, **as_role("admin"))
    admin.create_acls([acl for right in rights for acl in _acls(right)])
    admin.close()


def _acls(right: Right) -> Iterator[ACL]:
    pattern = ACLResourcePatternType.PREFIXED if right.is_prefix else ACLResourcePatternType.LITERAL
    about = ResourcePattern(ResourceType[right.kind.upper()], right.name, pattern)
    for operation in right.operations:
        yield ACL(right.principal, "*", ACLOperation[_OPERATIONS[operation]], ACLPermissionType.ALLOW, about)
