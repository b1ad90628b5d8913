"""What a key gives: a role and, for a business, a haven or a street team, whose."""

from dataclasses import dataclass
from typing import Final

from schemas.area import Area
from schemas.audiences import Audience, Role


class GrantRefused(ValueError):
    """The role and its subject do not go together, or the area does not know the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One role; `venue` for business, `haven` for haven, `team` for nightstars (None: any team), nothing for others."""

    role: Role
    venue: str | None = None
    haven: str | None = None
    team: str | None = None

    def __post_init__(self) -> None:
        """Refuse a subject that the role does not have, and a role without the subject that it needs."""
        for name in ("venue", "haven", "team"):
            value = getattr(self, name)
            if value is not None and _SUBJECT_OF.get(self.role) != name:
                raise GrantRefused(f"role {self.role} has no {name}, and {value!r} was given")
            if value is None and _NEEDED.get(self.role) == name:
                raise GrantRefused(f"role {self.role} needs a {name}, by its id")

    @property
    def audience(self) -> Audience:
        """For whom the sharing rules are asked."""
        return Audience(role=self.role, subject=self.venue or self.haven or self.team)

    @property
    def columns(self) -> dict[str, str | None]:
        """As the tables of kept.db hold it."""
        return {"role": self.role.value, "venue": self.venue, "haven": self.haven, "team": self.team}

    @classmethod
    def of(cls, audience: Audience) -> "Grant":
        """The grant that gives an audience; GrantRefused when role and subject do not go together."""
        name = _SUBJECT_OF.get(audience.role, "venue")
        return cls(role=audience.role, **{name: audience.subject})

    def check_known(self, area: Area) -> None:
        """GrantRefused when the area's reference data has no such venue, haven or team."""
        for name, value, known in (
            ("venue", self.venue, area.venues),
            ("haven", self.haven, area.havens),
            ("team", self.team, area.teams),
        ):
            if value is not None and value not in known:
                raise GrantRefused(f"{name} {value!r} is not one of {area.name}: {', '.join(sorted(known))}")


_SUBJECT_OF: Final = {Role.BUSINESS: "venue", Role.HAVEN: "haven", Role.NIGHTSTARS: "team"}
_NEEDED: Final = {Role.BUSINESS: "venue", Role.HAVEN: "haven"}
