"""`nightdesk digest`: the digest of a folder's realm, by folding its whole journal again."""

from schemas.command_line import DataOption, JsonOption, fail, settings_of, tell
from schemas.reference import load_area
from streams.core.digest import digest as digest_of
from streams.folder import read_mark
from streams.restore import refold
from streams.sqlite_journal import SqliteJournal


def digest(data: DataOption = None, json: JsonOption = False) -> None:
    """The digest of a folder's realm: its whole journal folded again in memory."""
    settings = settings_of(data)
    mark = read_mark(settings.data)
    if mark is None:
        fail(f"{settings.data} holds no journal yet: run nightdesk up or replay with it first")
    area = load_area(mark.area, settings.reference)
    journal = SqliteJournal(settings.data / "journal.db", realm=mark.realm, area=mark.area)
    found = digest_of(refold(journal, area.borough))
    tell({"digest": found, "realm": mark.realm, "entries": journal.end}, as_json=json)
    journal.close()
