"""What routes that open a session share: the cookie, and what the caller is told of it."""

from dataclasses import dataclass

from fastapi import Response

from api.auth.authenticator import Authenticator, SignedIn
from api.auth.sessions import Session
from schemas.audiences import Role
from schemas.times import SECOND, rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    """The caller's role and whose; `expires_at` is None for a key, which does not expire.

    `name` is a person's, and `has_password` says whether they chose a password yet; both None for whoever is no person.
    """

    role: Role
    subject: str | None
    expires_at: str | None
    name: str | None
    has_password: bool | None


def give_cookie(authenticator: Authenticator, response: Response, signed: SignedIn) -> WhoAmI:
    """The new session's cookie, and who that is."""
    _set_cookie(
        authenticator, response, signed.secret, (signed.session.expires_at - signed.session.created_at) // SECOND
    )
    return who_is(signed.session)


def take_cookie(authenticator: Authenticator, response: Response) -> None:
    """No session any more in this browser."""
    _set_cookie(authenticator, response, "", 0)


def who_is(session: Session) -> WhoAmI:
    """Whose a session is."""
    audience = session.grant.audience
    return WhoAmI(
        role=audience.role,
        subject=audience.subject,
        expires_at=rfc3339(session.expires_at),
        name=session.name,
        has_password=None if session.name is None else session.has_password,
    )


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
