"""The signed-in caller of a route, or the refusal that says how to sign in."""

from collections.abc import Callable

from fastapi import Request

from api.auth.audit import Doer
from api.auth.authenticator import Authenticator
from api.auth.sessions import Session
from api.routes.problems import Reason, Refused
from schemas.audiences import Audience, Role

BEARER = {"WWW-Authenticate": "Bearer"}


def caller_of(authenticator: Authenticator) -> Callable[[Request], Audience]:
    """A dependency that gives the audience of a request; 401 when it is nobody's. It reads the disk."""

    def caller(request: Request) -> Audience:
        return _known(authenticator, request).audience

    return caller


def doer_of(authenticator: Authenticator, *roles: Role) -> Callable[[Request], Doer]:
    """A dependency that gives who asks, for the audit; 401 when nobody does, 403 for other roles than these."""

    def doer(request: Request) -> Doer:
        found = _known(authenticator, request)
        if roles and found.audience.role not in roles:
            raise Refused(Reason.NOT_ALLOWED, f"This is for {' and '.join(roles)}.")
        return found

    return doer


def session_of(authenticator: Authenticator) -> Callable[[Request], Session]:
    """A dependency that gives the session of a request; 401 when it has none, a key included."""

    def session(request: Request) -> Session:
        found = None if "authorization" in request.headers else authenticator.session(request.headers)
        if found is None:
            raise Refused(Reason.NOT_SIGNED_IN, "Sign in at /sign-in.", BEARER)
        return found

    return session


def _known(authenticator: Authenticator, request: Request) -> Doer:
    found = authenticator.doer(request.headers)
    if found is None:
        raise Refused(Reason.NOT_SIGNED_IN, "Sign in at /sign-in, or send a key.", BEARER)
    return found
