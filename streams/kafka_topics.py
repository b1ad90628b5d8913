"""The topics of a realm on the brokers: made from the registry, and held against it before anything is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from schemas.brokers import Brokers
from schemas.kafka_log import named
from schemas.realms import Realm
from schemas.topics import TOPICS, Topic

FOR_EVER: Final = -1


class TopicsWrong(ValueError):
    """What the brokers hold is not what the registry says; the text names each topic, what is, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing about a topic that is not as the registry says."""

    topic: str
    what: str
    is_: str
    should_be: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.what} is {self.is_}, should be {self.should_be}"


class TopicAdministration:
    """The topics of one realm. Close it after use. LogUnreachable: the brokers do not answer."""

    def __init__(self, brokers: Brokers, realm: Realm, *, replication: int = 1) -> None:
        self._realm, self._replication = realm, replication
        with named("Kafka cannot be reached"):
            self._admin: Any = KafkaAdminClient(**brokers.options("topics"))

    def create(self, topics: Sequence[Topic] = TOPICS) -> list[str]:
        """Make those that are missing; their names."""
        missing = [topic for topic in topics if topic.of(self._realm) in self._missing(topics)]
        new = {
            topic.of(self._realm): {
                "num_partitions": topic.partitions,
                "replication_factor": self._replication,
                "configs": configuration(topic, self._replication),
            }
            for topic in missing
        }
        if not new:
            return []
        with named("The topics cannot be made"):
            try:
                self._admin.create_topics(new)
            except TopicAlreadyExistsError:
                return self.create(topics)  # somebody else made one of them at the same time
            self._admin.wait_for_topics(list(new))
        return list(new)

    def differences(self, topics: Sequence[Topic] = TOPICS) -> list[Difference]:
        """What is not as the registry says, by topic."""
        missing = self._missing(topics)
        found = [Difference(topic=name, what="the topic", is_="missing", should_be="there") for name in missing]
        there = [topic for topic in topics if topic.of(self._realm) not in missing]
        return found + (list(self._partitions(there)) + list(self._configurations(there)) if there else [])

    def check(self, topics: Sequence[Topic] = TOPICS) -> None:
        """TopicsWrong, unless all is as the registry says."""
        if wrong := self.differences(topics):
            raise TopicsWrong(
                "The topics are not as Nightdesk needs them: "
                + "; ".join(map(str, wrong))
                + ". Make missing ones with `nightdesk topics --create`; others were made by hand or by another"
                " version: put them right, or give Nightdesk brokers of its own."
            )

    def close(self) -> None:
        """Let go of the brokers."""
        self._admin.close()

    def _missing(self, topics: Iterable[Topic]) -> list[str]:
        with named("The topics cannot be listed"):
            there = set(self._admin.list_topics())
        return [topic.of(self._realm) for topic in topics if topic.of(self._realm) not in there]

    def _partitions(self, topics: Sequence[Topic]) -> Iterable[Difference]:
        with named("The topics cannot be read"):
            told = {one["name"]: len(one["partitions"]) for one in self._admin.describe_topics(self._names(topics))}
        for topic in topics:
            count = told[topic.of(self._realm)]
            if count != topic.partitions:
                yield Difference(
                    topic=topic.of(self._realm), what="partitions", is_=str(count), should_be=str(topic.partitions)
                )

    def _configurations(self, topics: Sequence[Topic]) -> Iterable[Difference]:
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in self._names(topics)]
        with named("The topics cannot be read"):
            told = self._admin.describe_configs(resources, config_filter="all")["topic"]
        for topic in topics:
            held = {key: one["value"] for key, one in told[topic.of(self._realm)].items()}
            for key, value in configuration(topic, self._replication).items():
                if held.get(key) != value:
                    yield Difference(
                        topic=topic.of(self._realm), what=key, is_=held.get(key, "not set"), should_be=value
                    )

    def _names(self, topics: Iterable[Topic]) -> list[str]:
        return [topic.of(self._realm) for topic in topics]


def configuration(topic: Topic, replication: int) -> dict[str, str]:
    """A topic's settings as the brokers write them. With three copies two must have what is confirmed."""
    return {
        "min.insync.replicas": str(max(1, replication - 1)),
        "cleanup.policy": "compact" if topic.is_compacted else "delete",
        "retention.ms": str(FOR_EVER if topic.retention_ms is None else topic.retention_ms),
        "retention.bytes": str(FOR_EVER if topic.kept_bytes_max is None else topic.kept_bytes_max),
        "max.message.bytes": str(topic.bytes_max),
    }
