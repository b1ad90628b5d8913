"""What `nightdesk doctor` looks at on the brokers: that they answer, hold our topics, hold them safely, and know us."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from schemas.brokers import Brokers
from schemas.checks import Check, is_here
from schemas.kafka_log import LogUnreachable
from schemas.settings import Settings
from schemas.topics import TOPICS
from streams.kafka_topics import TopicAdministration

COPIES_WANTED: Final = 3
_MAKE: Final = "Make missing ones with nightdesk topics --create; put others right, or give Nightdesk its own brokers"
_COPIES: Final = (
    "Where lives hang on it, have three brokers, set NIGHTDESK_REPLICATION=3 and give each topic three copies: then two"
    " hold whatever was confirmed (min.insync.replicas 2)"
)
_LINE: Final = "Set NIGHTDESK_KAFKA_SECURITY=sasl_ssl: anybody on the way can read and change what is said"
_USER: Final = "Set NIGHTDESK_KAFKA_SECURITY=sasl_ssl and a user a role: python -m deploy.kafka_rights prints rights"


def kafka_checks(settings: Settings) -> Iterator[Check]:
    """The brokers and what they hold; what they hold only where they answer."""
    yield from _line(settings)
    try:
        administration = TopicAdministration(Brokers.of(settings), settings.realm, replication=settings.replication)
        with closing(administration):
            wrong, copies = administration.differences(), administration.copies()
    except (LogUnreachable, OSError) as error:
        do = f"Look whether the brokers at {settings.kafka} run, and whether they let us in (NIGHTDESK_KAFKA...)"
        yield Check(what="Brokers", ok=False, found=str(error), do=do)
        return
    yield Check(what="Brokers", ok=True, found=f"{settings.kafka} answer")
    for one in wrong:
        yield Check(what="Topic", ok=False, found=str(one), do=_MAKE)
    if not wrong:
        yield Check(what="Topics", ok=True, found=f"{len(TOPICS)} of realm {settings.realm}, as they must be")
    if copies is not None:
        yield _copies(copies, settings.replication)


def _copies(copies: int, wanted: int) -> Check:
    found = f"each topic has {copies} or more"
    if copies < wanted:
        return Check(what="Copies", ok=False, found=f"{found}, NIGHTDESK_REPLICATION is {wanted}", do=_COPIES)
    is_enough = copies >= COPIES_WANTED
    return Check(what="Copies", ok=is_enough, found=found, do="" if is_enough else _COPIES, is_grave=False)


def _line(settings: Settings) -> Iterator[Check]:
    """On one machine the line needs no lock."""
    security = settings.kafka_login.security
    if all(is_here(one.rpartition(":")[0]) for one in settings.kafka.split(",")):
        yield Check(what="Line to Kafka", ok=True, found=f"{security}, on this machine")
        return
    private, known = security.is_private, security.has_user
    yield Check(what="Line to Kafka", ok=private, found=security, do="" if private else _LINE, is_grave=False)
    who = settings.kafka_login.user if known else "nobody in particular"
    yield Check(what="User on Kafka", ok=known, found=str(who), do="" if known else _USER, is_grave=False)
