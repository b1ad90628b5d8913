"""The commands of the Kafka engine that need the desk alone: `worker`, and `topics`, the registry as it is."""

from contextlib import closing
from typing import Annotated

import orjson
import typer

from schemas.brokers import Brokers
from schemas.command_line import DataOption, JsonOption, fail, settings_of
from schemas.times import HOUR
from schemas.topics import TOPICS, Topic


def add_to(app: typer.Typer) -> None:
    """Put them into the command line."""
    app.command(epilog="Example: NIGHTDESK_KAFKA=kafka-1:9092 nightdesk worker")(worker)
    app.command(epilog="Example: nightdesk topics --create")(topics)


def worker(
    data: DataOption = None,
    create_topics: Annotated[bool, typer.Option("--create-topics", help="Make missing topics first.")] = False,
) -> None:
    """Fold areas on the Kafka engine; any number of workers share them out."""
    from streams.worker import serve  # noqa: PLC0415 - Faust is there for the Kafka engine alone

    serve(settings_of(data), create_topics=create_topics)


def topics(
    create: Annotated[bool, typer.Option("--create", help="Make those that are missing.")] = False,
    json: JsonOption = False,
) -> None:
    """Hold the topics on the brokers against the registry; exit 1 where one is not as it must be."""
    from schemas.kafka_log import LogUnreachable  # noqa: PLC0415
    from streams.kafka_topics import TopicAdministration  # noqa: PLC0415

    settings = settings_of(None)
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
        if json:
            typer.echo(orjson.dumps({"topic": name, "about": topic.about, "state": state, "ok": not found}).decode())
        else:
            typer.echo(f"{name}: {topic.partitions} partitions, kept {_kept(topic)}: {state}")
    if wrong:
        raise SystemExit(1)


def _kept(topic: Topic) -> str:
    if topic.is_compacted:
        return "the last of each key"
    return "for ever" if topic.retention_ms is None else f"{topic.retention_ms // HOUR} hours"
