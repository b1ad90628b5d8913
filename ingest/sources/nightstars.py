"""Night Stars encounters: street teams tell whom they helped, where and how; their own kinds of help to categories."""

from typing import Final

from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import identifier, one_of, whole, words
from ingest.outcomes import Refusal
from ingest.revisions import Status, revision_of
from ingest.words import words_ref
from schemas.categories import Category
from schemas.dead_letters import Reason
from schemas.feeds import NightStarsEncounter, Source, Withdrawal

ENCOUNTERS: Final = Shape(
    name="Night Stars encounters",
    required=("encounter_id", "revision", "status", "logged_at"),
    optional=(
        *("occurred_at", "team_id", "kind", "severity", "helped"),
        *("latitude", "longitude", "notes"),
    ),
)
KINDS: Final = {
    "welfare_check": Category.VULNERABLE_PERSON,
    "intoxicated": Category.VULNERABLE_PERSON,
    "lost": Category.VULNERABLE_PERSON,
    "unwell": Category.VULNERABLE_PERSON,
    "danger": Category.PERSON_IN_DANGER,
    "followed": Category.HARASSMENT,
    "harassed": Category.HARASSMENT,
    "spiked": Category.SPIKING,
    "assault": Category.SERIOUS_VIOLENCE,
    "fight": Category.SERIOUS_VIOLENCE,
    "sexual_assault": Category.SEXUAL_ASSAULT,
    "angela": Category.ASK_FOR_ANGELA,
    "other": Category.OTHER,
}
HELPED_MAX: Final = 1_000
_KINDS_RULE: Final = "one of " + ", ".join(KINDS)
_SEVERITIES: Final = {"": 1} | {str(severity): severity for severity in range(1, 5)}


def layouts(context: Context) -> tuple[Layout, ...]:
    """The one shape."""
    return (Layout(shape=ENCOUNTERS, parse=NightStarsEncounters(context).parse),)


class NightStarsEncounters:
    """Rows to encounters and withdrawals."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self._positions = context.positions
        self._teams = context.area.teams
        self._words = context.words

    def parse(self, row: Values, raw: bytes) -> NightStarsEncounter | Withdrawal:  # noqa: ARG002 - as every source's
        """One revision of an encounter."""
        encounter_id, revision_text, status_text, logged, occurred, team_id, kind, severity, helped = row[:9]
        source_id = identifier(encounter_id, "encounter_id")
        revision, status = revision_of(revision_text, status_text)
        received_at, is_ambiguous = self._clock.ordered(logged, "logged_at")
        if status is Status.WITHDRAWN:
            return Withdrawal(source=Source.NIGHTSTARS, source_id=source_id, revision=revision, received_at=received_at)
        occurred_at, is_occurred_ambiguous = self._clock.free(occurred, "occurred_at")
        team = self._team(team_id)
        lat, lon = self._positions.read(row[9], row[10], "latitude", "longitude")
        text = words(row[11], "notes")
        encounter = NightStarsEncounter(
            source_id=source_id,
            revision=revision,
            team=team,
            category=KINDS.get(kind) or one_of(kind, "kind", KINDS, Reason.UNKNOWN_CATEGORY, _KINDS_RULE),
            severity=_SEVERITIES.get(severity) or whole(severity, "severity", 1, 4),
            helped=whole(helped, "helped", 0, HELPED_MAX) if helped else 1,
            occurred_at=occurred_at,
            received_at=received_at,
            lat=lat,
            lon=lon,
            words_ref=words_ref(Source.NIGHTSTARS, source_id, revision) if text else None,
            ambiguous_time=is_ambiguous or is_occurred_ambiguous,
        )
        if encounter.words_ref is not None:
            self._words.keep(encounter.words_ref, team, text)
        return encounter

    def _team(self, team_id: str) -> str:
        if team_id in self._teams:
            return team_id
        trimmed = identifier(team_id, "team_id")
        if trimmed not in self._teams:
            raise Refusal(Reason.UNKNOWN_TEAM, "must be a team of the reference data", "team_id", team_id)
        return trimmed
