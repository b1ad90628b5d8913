"""`nightdesk digest`, the digest of a folder's realm; and whose folder a command finds."""

from collections.abc import Mapping
from pathlib import Path

from schemas.command_line import SERVICES, DataOption, JsonOption, fail, settings_of, tell
from schemas.journal import ReferenceAdopted
from schemas.policy import decode_policy
from schemas.realms import LIVE, Realm
from schemas.settings import Settings
from streams.core.digest import digest as digest_of
from streams.folder import MARK_NAME, FolderForeign, read_mark
from streams.journal import Journal
from streams.restore import refold
from streams.sqlite_journal import SqliteJournal


def digest(data: DataOption = None, json: JsonOption = False) -> None:
    """The digest of a folder's realm: its whole journal folded again in memory."""
    settings = settings_of(data)
    if is_on_kafka(settings):
        fail(f"{settings.data} holds no journal: realm {settings.realm}'s is on the brokers, where its workers fold it")
    mark = read_mark(settings.data)
    if mark is None or not (settings.data / "journal.db").exists():
        fail(f"{settings.data} holds no journal yet: run nightdesk up or replay with it first")
    journal = SqliteJournal(settings.data / "journal.db", realm=mark.realm, area=mark.area)
    found = digest_of(refold(journal, borough_of(journal)))
    tell({"digest": found, "realm": mark.realm, "entries": journal.end}, as_json=json)
    journal.close()


def is_on_kafka(settings: Settings) -> bool:
    """Whether a command is about the Kafka engine: its services lie here, or a record elsewhere and no journal here."""
    is_kafka_s = (settings.data / SERVICES).is_dir() or settings.record is not None
    return is_kafka_s and not (settings.data / MARK_NAME).exists()


def check_is_kafka_s(data: Path) -> None:
    """FolderForeign where an embedded desk keeps its journal: commands on one folder would find two desks."""
    if (data / MARK_NAME).exists():
        raise FolderForeign(data, "an embedded desk's journal is in it, and the Kafka engine keeps one of its own")


def check_is_retried(realm: Realm, changes: Mapping[str, str]) -> None:
    """End the command where the Kafka engine's ingest process would not do what was asked."""
    if realm.is_replay:
        fail(f"realm {realm} is a replay's, whose picture follows from its files alone: put them right, and begin anew")
    if changes:
        fail("--set does not work on the Kafka engine, whose ingest process reads rows as they came: mend the reason")


def check_is_live(data: Path) -> None:
    """End the command where a folder is not a live desk's: what a replay refused comes again with its files."""
    mark = read_mark(data)
    if mark is None:
        fail(f"{data} is not the data folder of a live desk: there is nothing to read again in it")
    if mark.realm != LIVE.name:
        fail(
            f"{data} is not the data folder of a live desk but of {mark.realm}, whose picture follows from its files"
            " alone: put the reason right and replay them into a new folder"
        )


def borough_of(journal: Journal) -> str:
    """The borough whose picture a journal makes, from the policy it adopted first: its area's file may be elsewhere."""
    for _, entry in journal.read():
        if isinstance(entry.fact, ReferenceAdopted):
            return decode_policy(journal.blob(entry.fact.sha256)).borough
    return ""
