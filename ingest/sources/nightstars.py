"""Night Stars encounters: street teams tell whom they helped, where and how; their own kinds of help to categories."""

from typing import Final

from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import is_blank, named, one_of, whole
from ingest.reports import Told, report_layout
from schemas.categories import Category
from schemas.dead_letters import Reason
from schemas.feeds import NightStarsEncounter, Source

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
_SEVERITIES: Final = {str(severity): severity for severity in range(1, 5)}


def layouts(context: Context) -> tuple[Layout, ...]:
    """The one shape."""
    return (report_layout(ENCOUNTERS, Source.NIGHTSTARS, context, NightStarsEncounters(context).build),)


class NightStarsEncounters:
    """Rows to encounters."""

    def __init__(self, context: Context) -> None:
        self._positions = context.positions
        self._teams = context.area.teams

    def build(self, row: Values, told: Told) -> tuple[NightStarsEncounter, str]:
        """One encounter; its words are its team's."""
        team_id, kind, severity, helped, lat_text, lon_text = row[5:11]
        team = named(team_id, "team_id", self._teams, Reason.UNKNOWN_TEAM, "a team")
        lat, lon = self._positions.read(lat_text, lon_text, "latitude", "longitude")
        encounter = NightStarsEncounter(
            **told,
            team=team.id,
            category=KINDS.get(kind) or one_of(kind, "kind", KINDS, Reason.UNKNOWN_CATEGORY, _KINDS_RULE),
            severity=1 if is_blank(severity) else _SEVERITIES.get(severity) or whole(severity, "severity", 1, 4),
            helped=1 if is_blank(helped) else whole(helped, "helped", 0, HELPED_MAX),
            lat=lat,
            lon=lon,
        )
        return encounter, team.id
