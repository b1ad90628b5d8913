"""Enrolments: the admin makes a one-use link for a venue's phone or for a person, sees them all, and takes one back."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from api.auth.audit import Doer
from api.auth.enrolments import HOURS_MAX, HOURS_USUAL, Enrolment, EnrolmentRefused, State
from api.auth.grants import Grant, GrantRefused
from api.auth.people import PersonRefused
from api.routes.caller import doer_of
from api.routes.described_accounts import a_new_enrolment, all_enrolments, taking_one_back
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from schemas.audiences import Audience, Role
from schemas.times import Instant, rfc3339

ID_MAX: Final = 2**53
EnrolmentId = Annotated[int, Path(alias="id", ge=1, le=ID_MAX, description="The enrolment's id.")]
_Text = Annotated[str, Field(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`subject`: the venue of business, the haven of haven, the team of nightstars. `name`: for a person's account."""

    role: Role
    subject: _Text | None = None
    name: _Text | None = None
    hours: Annotated[int, Field(ge=1, le=HOURS_MAX)] = HOURS_USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentShown:
    """One enrolment, without its link."""

    id: int
    role: Role
    subject: str | None
    name: str | None
    state: State
    made_at: str
    expires_at: str
    used_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentMade:
    """A new enrolment; `link` is shown here and never again."""

    link: str
    enrolment: EnrolmentShown


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentsShown:
    """The newest first."""

    items: list[EnrolmentShown]


def enrolment_routes(services: Services) -> APIRouter:
    """The three calls, for the admin alone."""
    router = APIRouter(prefix="/api/v1/enrolments", tags=["enrolments"])
    enrolments = services.authenticator.enrolments
    Admin = Annotated[Doer, Depends(doer_of(services.authenticator, Role.ADMIN))]  # noqa: N806 - a type

    @router.post("", status_code=201, summary="Make a one-use enrolment link", **a_new_enrolment())
    def make_enrolment(body: Wanted, admin: Admin, response: Response) -> EnrolmentMade:
        try:
            grant = Grant.of(Audience(role=body.role, subject=body.subject))
            grant.check_known(services.area)
            made, path = enrolments.make(grant, body.name, services.now(), admin, body.hours)
        except (GrantRefused, EnrolmentRefused, PersonRefused) as refused:
            raise Refused(Reason.ENROLMENT_REFUSED, f"{refused}.") from refused
        response.headers["Location"] = f"/api/v1/enrolments/{made.id}"
        return EnrolmentMade(link=services.addresses[0].page + path, enrolment=_shown(made))

    @router.get("", summary="All enrolments", **all_enrolments())
    def list_enrolments(_: Admin) -> EnrolmentsShown:
        return EnrolmentsShown(items=[_shown(one) for one in enrolments.listed(services.now())])

    @router.delete("/{id}", status_code=204, summary="Take an enrolment and its session back", **taking_one_back())
    def revoke_enrolment(id_: EnrolmentId, admin: Admin) -> None:
        if not enrolments.revoke(id_, services.now(), admin):
            raise Refused(Reason.NOT_FOUND, "There is no such enrolment, or it was taken back before.")

    return router


def _shown(one: Enrolment) -> EnrolmentShown:
    audience = one.grant.audience
    return EnrolmentShown(
        id=one.id,
        role=audience.role,
        subject=audience.subject,
        name=one.name,
        state=one.state,
        made_at=rfc3339(one.created_at),
        expires_at=rfc3339(one.expires_at),
        used_at=_time(one.used_at),
    )


def _time(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)
