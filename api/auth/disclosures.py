"""Words are opened one incident at a time, for a purpose that is written down before they are given; and erased."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from api.auth.audit import Action, Doer, note
from api.record.kept import Kept
from api.record.kept_tables import words
from schemas.area import Area
from schemas.audiences import redact, words_open_to
from schemas.picture import Incident, Kind, Member
from schemas.times import Instant, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one report said; `text` None once it was erased."""

    report: str
    ref: str
    reporter: str
    at: Instant
    text: str | None


class Disclosures:
    """The words of one data folder, towards people. `incident` finds one as the desk told it, unredacted."""

    def __init__(
        self, kept: Kept, clock: Callable[[], Instant], incident: Callable[[str], Incident | None], area: Area
    ) -> None:
        self._store, self._clock, self._incident, self._area = kept.store, clock, incident, area

    def open(self, incident_id: str, by: Doer, purpose: str) -> list[Opened] | None:
        """The words of an incident's reports, as far as they are open to `by`, each written in the audit first.

        None: for them there is no such incident.
        """
        incident = self._incident(incident_id)
        if incident is None or redact(Kind.INCIDENTS, incident, by.audience) is None:
            return None
        members = [member for member in words_open_to(incident, by.audience) if member.words_ref is not None]
        return self._read(incident_id, members, by, purpose) if members else []

    def erase(self, ref: str, by: Doer) -> bool:
        """Erase the words of a reference for good, log and free pages included; False when there never were any.

        Again and again if need be: RecordUnavailable says that they may still stand in the file's log.
        """
        now = self._clock()
        with self._store.writing() as connection:
            row = connection.execute(select(words.c.owner, words.c.erased_at).where(words.c.ref == ref)).one_or_none()
            if row is None:
                return False
            if row.erased_at is None:
                connection.execute(update(words).where(words.c.ref == ref).values(text=None, erased_at=now))
                whose = self._supplier(row.owner)
                note(
                    connection, now, Action.WORDS_ERASED, by.audience, by.key_id, who=by.name, about=ref, supplier=whose
                )
        self._store.forget_erased()
        return True

    def _read(self, incident_id: str, members: Sequence[Member], by: Doer, purpose: str) -> list[Opened]:
        refs = [member.words_ref for member in members]
        with self._store.writing() as connection:
            found = connection.execute(select(words.c.ref, words.c.text).where(words.c.ref.in_(refs)))
            texts = {row.ref: row.text for row in found}
            for member in members:
                note(
                    connection, self._clock(), Action.WORDS_READ, by.audience, by.key_id, who=by.name,
                    about=f"{member.words_ref} of incident {incident_id}", supplier=member.reporter, purpose=purpose,
                )  # fmt: skip
        return [_opened(member, texts) for member in members]

    def _supplier(self, owner: str) -> str:
        """Whose words they are, as reporters are called."""
        if ":" in owner:
            return owner
        return f"venue:{owner}" if owner in self._area.venues else f"team:{owner}"


def _opened(member: Member, texts: dict[str, str | None]) -> Opened:
    ref = member.words_ref or ""
    at = instant(member.at)
    return Opened(report=member.id, ref=ref, reporter=member.reporter, at=at, text=texts.get(ref))
