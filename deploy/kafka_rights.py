"""What each role may do on Kafka, from the topic registry: `python -m deploy.kafka_rights live` prints the commands.

One principal a role, `User:nightdesk-<role>`, and nothing that the role does not do: the api cannot write the journal,
the projector writes nothing, push has no access at all. `topics` is who makes them, once and at an upgrade.
"""

import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schemas.realms import Realm
from schemas.topics import API, BESIDE, DEAD_LETTERS, FEED_TOPICS, JOURNAL, PICTURE, REPLAY, SNAPSHOTS, VERDICTS, Topic

ROLES: Final = ("worker", "project", "api", "ingest", "topics")
_FEEDS: Final = (*FEED_TOPICS.values(), REPLAY)
READS: Final[dict[str, tuple[Topic, ...]]] = {
    "worker": (*_FEEDS, API, JOURNAL, BESIDE, SNAPSHOTS),
    "project": (PICTURE,),
    "api": (VERDICTS,),
}
WRITES: Final[dict[str, tuple[Topic, ...]]] = {
    "worker": (JOURNAL, BESIDE, SNAPSHOTS, PICTURE, VERDICTS, DEAD_LETTERS),
    "api": (API,),
    "ingest": _FEEDS,
}
GROUPS: Final = {"worker": ("desk",), "project": ("view", "history")}
"""Beginnings of the names of a role's consumer groups, after the realm's."""


class Kind(StrEnum):
    """What a right is about, as kafka-acls.sh calls it."""

    TOPIC = "topic"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One entry of the brokers' list; `is_prefix`: about every name that begins so."""

    role: str
    kind: Kind
    name: str
    operations: tuple[str, ...]
    is_prefix: bool = False

    @property
    def principal(self) -> str:
        """Who has it."""
        return f"User:nightdesk-{self.role}"

    @property
    def arguments(self) -> list[str]:
        """As kafka-acls.sh takes it."""
        pattern = ["--resource-pattern-type", "prefixed"] if self.is_prefix else []
        operations = [word for operation in self.operations for word in ("--operation", operation)]
        return ["--add", "--allow-principal", self.principal, f"--{self.kind}", self.name, *pattern, *operations]


def rights(realm: Realm) -> Iterator[Right]:
    """Every right that the roles of a realm need, and no other."""
    for role in ROLES:
        read, written = READS.get(role, ()), WRITES.get(role, ())
        for topic in dict.fromkeys((*read, *written)):
            operations = ("Read",) * (topic in read) + ("Write",) * (topic in written)
            yield Right(role=role, kind=Kind.TOPIC, name=topic.of(realm), operations=operations)
        for group in GROUPS.get(role, ()):
            yield Right(role=role, kind=Kind.GROUP, name=f"{realm}.{group}", operations=("Read",), is_prefix=True)
    for role, operations in (
        ("worker", ("Describe", "DescribeConfigs")),
        ("topics", ("Create", "Describe", "DescribeConfigs")),
    ):
        yield Right(role=role, kind=Kind.TOPIC, name=f"{realm}.", operations=operations, is_prefix=True)


def main(arguments: Sequence[str]) -> None:
    """Print one command a right; the address of the brokers stands in $BROKERS."""
    if len(arguments) != 1:
        sys.exit("Usage: python -m deploy.kafka_rights REALM")
    for right in rights(Realm(arguments[0])):
        command = shlex.join(["--command-config", "admin.properties", *right.arguments])
        print(f'kafka-acls.sh --bootstrap-server "$BROKERS" {command}')  # noqa: T201 - what a person asked for


if __name__ == "__main__":
    main(sys.argv[1:])
