"""The Faust app of the workers: who reads what, shared out and moved by Kafka's consumer groups.

Faust is asked for that alone: its tables, windows and acks of what was not done are not used.
"""

from typing import Any, Final

import faust
from faust.tables.manager import TableManager
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import MemberToRemove
from kafka.errors import CoordinatorNotAvailableError, GroupIdNotFoundError

from schemas.brokers import Brokers
from schemas.kafka_log import named
from schemas.kafka_login import KafkaLogin
from schemas.realms import Realm
from schemas.topics import Topic

SESSION_SECONDS: Final = 6.0
"""After so long without a heartbeat a worker's areas go to another; the brokers' own minimum."""


BUFFERED_MAX: Final = 128
"""Messages of a partition that Faust holds for us; when they are so many it asks the brokers for no more."""


class NoTables(TableManager):
    """Faust waits a second for tables before it joins; there are none."""

    async def on_start(self) -> None:
        """Start at once."""
        await self._update_channels()
        await self.recovery.start()


class NoFiles(faust.App):
    """Faust makes folders for tables where it is started; there are none, and that place may be read only."""

    def _create_directories(self) -> None:
        pass


def group_of(realm: Realm) -> str:
    """The consumer group of a realm's workers."""
    return f"{realm}.desk"


def taken_to(brokers: Brokers, realm: Realm, topic: Topic, partition: int) -> int:
    """The offset below which the workers have let go of all messages of a partition. LogUnreachable."""
    at = TopicPartition(topic.of(realm), partition)
    with named("What the workers have taken cannot be read"):
        admin: Any = KafkaAdminClient(**brokers.options("worker"))
        try:
            found = admin.list_group_offsets({group_of(realm): [at]})[group_of(realm)].get(at)
        except (CoordinatorNotAvailableError, GroupIdNotFoundError):
            return 0  # no worker was ever there
        finally:
            admin.close()
    return 0 if found is None else max(0, int(found.offset))


def leave(brokers: Brokers, realm: Realm, instance: str) -> None:
    """Tell Kafka that a worker that has ended does not come back, so that its areas go to others at once.

    A static member says nothing when it stops; without this they would wait SESSION_SECONDS. LogUnreachable.
    """
    with named("The worker cannot leave its group"):
        admin: Any = KafkaAdminClient(**brokers.options("worker"))
        try:
            admin.remove_group_members(group_of(realm), [MemberToRemove(group_instance_id=instance)])
        finally:
            admin.close()


def faust_app(brokers: Brokers, realm: Realm, instance: str) -> Any:
    """A Faust app that declares nothing on the brokers. `instance` is this process's alone, and the same after a kill:
    who comes back within SESSION_SECONDS has its areas at once."""
    return NoFiles(
        group_of(realm),
        broker=[f"kafka://{one}" for one in brokers.bootstrap.split(",")],
        broker_credentials=_credentials(brokers.login),
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_group_instance_id=instance,
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=1,
        broker_rebalance_timeout=10,
        broker_request_timeout=30,
        broker_commit_interval=1,
        broker_max_poll_interval=60,
        stream_buffer_maxsize=BUFFERED_MAX,
        stream_wait_empty=False,
        worker_redirect_stdouts=False,
        TableManager=NoTables,
        web_enabled=False,
    )


def _credentials(login: KafkaLogin) -> Any:
    """The same login, as Faust takes it; None: none is needed."""
    context = login.tls()
    if login.security.has_user:
        return faust.SASLCredentials(
            mechanism=login.mechanism.value, username=login.user, password=login.password(), ssl_context=context
        )
    return None if context is None else faust.SSLCredentials(context)
