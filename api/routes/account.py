"""One's own account: the password, the sessions, and signing out everywhere."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.auth.passwords import PasswordRefused, PasswordsBusy, check_new
from api.auth.sessions import Session
from api.rates import ATTEMPTS_A_NAME
from api.routes.caller import session_of
from api.routes.described_accounts import a_new_password, ending_one, my_sessions, signing_out_everywhere
from api.routes.limits import limit
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from api.routes.session import Password
from api.routes.signing_in import WhoAmI, give_cookie, take_cookie
from schemas.times import rfc3339

SessionId = Annotated[str, Path(alias="id", min_length=1, max_length=64, description="The session's id.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """`old` is left out by whoever has none yet. How long a new one must be is said when it is not."""

    old: Password | None = None
    new: Password


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """One of the caller's sessions; `this`: the one that asks."""

    id: str
    device: str | None
    since: str
    expires_at: str
    this: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsShown:
    """The caller's live sessions, newest first."""

    items: list[SessionShown]


def account_routes(services: Services) -> APIRouter:
    """The four calls. A person's sessions are all of that person's, a phone's all of its venue, haven or team."""
    router = APIRouter(prefix="/api/v1", tags=["session"])
    authenticator = services.authenticator
    Mine = Annotated[Session, Depends(session_of(authenticator))]  # noqa: N806 - a type

    @router.post("/session/password", summary="Choose a password; every other session ends", **a_new_password())
    def change_password(body: NewPassword, session: Mine, request: Request, response: Response) -> WhoAmI:
        if session.name is None:
            raise Refused(Reason.NOT_ALLOWED, "Only a person has a password; you came by a link or a key.")
        limit(services.rates, session.name, ATTEMPTS_A_NAME, reason=Reason.TOO_MANY_ATTEMPTS)
        try:
            if not authenticator.is_password_of(session, body.old):
                raise Refused(Reason.PASSWORD_REFUSED, "The old password is not right.")
            check_new(body.new, session.name)
            signed = authenticator.change_password(request.headers, session, body.new)
        except PasswordRefused as refused:
            raise Refused(Reason.PASSWORD_REFUSED, str(refused)) from refused
        except PasswordsBusy as busy:
            raise Refused(Reason.TOO_MANY_ATTEMPTS, "Try again in 1 s.", {"Retry-After": "1"}) from busy
        if signed is None:
            raise Refused(Reason.PASSWORD_REFUSED, "The password was changed elsewhere just now. Sign in again.")
        return give_cookie(authenticator, response, signed)

    @router.get("/sessions", summary="My sessions", **my_sessions())
    def list_sessions(session: Mine) -> SessionsShown:
        beside = authenticator.sessions.beside(session, services.now())
        return SessionsShown(items=[_shown(one, session) for one in beside])

    @router.delete("/sessions", status_code=204, summary="Sign out everywhere", **signing_out_everywhere())
    def sign_out_everywhere(_: Mine, request: Request, response: Response) -> None:
        authenticator.sign_out(request.headers, everywhere=True)
        take_cookie(authenticator, response)

    @router.delete("/sessions/{id}", status_code=204, summary="End one of my sessions", **ending_one())
    def end_session(id_: SessionId, session: Mine) -> None:
        if not authenticator.sessions.end(session, services.now(), [id_]):
            raise Refused(Reason.NOT_FOUND, "There is no such session of yours.")

    return router


def _shown(one: Session, asks: Session) -> SessionShown:
    return SessionShown(
        id=one.id,
        device=one.device,
        since=rfc3339(one.created_at),
        expires_at=rfc3339(one.expires_at),
        this=one.id == asks.id,
    )
