"""`nightdesk topics`: the registry beside what the brokers hold."""

from contextlib import closing

import orjson
import typer

from schemas.brokers import Brokers
from schemas.command_line import fail
from schemas.kafka_log import LogUnreachable
from schemas.settings import Settings
from schemas.times import HOUR
from schemas.topics import TOPICS, Topic
from streams.kafka_topics import TopicAdministration


def look_at_topics(settings: Settings, *, create: bool, as_json: bool) -> None:
    """Show each topic, whether it was made now, and what about it is not as it must be; exits 1 for that."""
    try:
        administration = TopicAdministration(Brokers.of(settings), settings.realm, replication=settings.replication)
        with closing(administration):
            made = administration.create() if create else []
            wrong = administration.differences()
    except LogUnreachable as error:
        fail(f"{error}. Look whether the brokers at {settings.kafka} run (NIGHTDESK_KAFKA).")
    for topic in TOPICS:
        name = topic.of(settings.realm)
        found = [str(one) for one in wrong if one.topic == name]
        state = "; ".join(found) or ("made" if name in made else "ok")
        if as_json:
            typer.echo(orjson.dumps({"topic": name, "about": topic.about, "state": state, "ok": not found}).decode())
        else:
            typer.echo(f"{name}: {topic.partitions} partitions, kept {_kept(topic)}: {state}")
    if wrong:
        raise SystemExit(1)


def _kept(topic: Topic) -> str:
    if topic.is_compacted:
        return "the last of each key"
    return "for ever" if topic.retention_ms is None else f"{topic.retention_ms // HOUR} hours"
