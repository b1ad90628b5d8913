"""Sign in, sign out, who am I: `/api/v1/session`."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Body, Request, Response
from pydantic import Field

from api.auth.authenticator import Authenticator
from api.auth.sessions import LASTS, Session
from api.auth.tokens import SECRET_CHARS_MAX
from api.routes.caller import BEARER, caller_of
from api.routes.described import signing_in, signing_out, who_it_is
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from schemas.audiences import Role
from schemas.times import SECOND, rfc3339

_EXAMPLE: Final = {"role": "operations", "subject": None, "expires_at": "2026-05-17T10:10:00.000Z"}
_Secret = Annotated[str, Field(min_length=1, max_length=SECRET_CHARS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Exactly one of the two: the token of a one-use link, or a key."""

    link: _Secret | None = None
    key: _Secret | None = None


_Credential = Annotated[SignIn, Body(examples=[{"key": "nd_0a1b2c3d4e5f60718293a4b5c6d7e8f9"}])]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    """The caller's role and whose; `expires_at` is None for a key, which does not expire."""

    role: Role
    subject: str | None
    expires_at: str | None


def session_routes(services: Services) -> APIRouter:
    """The three calls."""
    router = APIRouter(prefix="/api/v1/session", tags=["session"])
    authenticator = services.authenticator
    caller = caller_of(authenticator)

    @router.post("", summary="Sign in with a one-use link or a key", **signing_in(_EXAMPLE))
    def sign_in(body: _Credential, request: Request, response: Response) -> WhoAmI:
        _limit(services, request)
        if (body.link is None) == (body.key is None):
            raise Refused(Reason.NOT_UNDERSTOOD, "Send either link or key.")
        signed = authenticator.sign_in(request.headers, key=body.key, link=body.link)
        if signed is None:
            raise Refused(Reason.SIGN_IN_REFUSED, _not_good(body), BEARER)
        _set_cookie(authenticator, response, signed.secret, LASTS // SECOND)
        return _who(signed.session)

    @router.get("", summary="Who am I", **who_it_is(_EXAMPLE))
    def who_am_i(request: Request) -> WhoAmI:
        audience = caller(request)
        session = None if "authorization" in request.headers else authenticator.session(request.headers)
        expires_at = None if session is None else rfc3339(session.expires_at)
        return WhoAmI(role=audience.role, subject=audience.subject, expires_at=expires_at)

    @router.delete("", status_code=204, summary="Sign out", **signing_out())
    def sign_out(request: Request, response: Response) -> None:
        authenticator.sign_out(request.headers)
        _set_cookie(authenticator, response, "", 0)

    return router


def _limit(services: Services, request: Request) -> None:
    wait_ms = services.attempts.wait_ms(request.client.host if request.client else "")
    if wait_ms:
        wait_s = -(-wait_ms // SECOND)
        raise Refused(Reason.TOO_MANY_ATTEMPTS, f"Try again in {wait_s} s.", {"Retry-After": str(wait_s)})


def _not_good(body: SignIn) -> str:
    if body.link is not None:
        return "That link was used, or is older than 15 minutes. `nightdesk keys link` prints a new one."
    return "That key is not known, or was revoked."


def _set_cookie(authenticator: Authenticator, response: Response, secret: str, seconds: int) -> None:
    response.set_cookie(
        authenticator.cookie,
        secret,
        max_age=seconds,
        path="/",
        secure=authenticator.secure,
        httponly=True,
        samesite="strict",
    )


def _who(session: Session) -> WhoAmI:
    audience = session.grant.audience
    return WhoAmI(role=audience.role, subject=audience.subject, expires_at=rfc3339(session.expires_at))
