"""The signed-in caller of a route, or the refusal that says how to sign in."""

from collections.abc import Callable

from fastapi import Request

from api.auth.authenticator import Authenticator
from api.routes.problems import Reason, Refused
from schemas.audiences import Audience

BEARER = {"WWW-Authenticate": "Bearer"}


def caller_of(authenticator: Authenticator) -> Callable[[Request], Audience]:
    """A dependency that gives the audience of a request; 401 when it is nobody's. It reads the disk."""

    def caller(request: Request) -> Audience:
        audience = authenticator.identify(request.headers)
        if audience is None:
            raise Refused(Reason.NOT_SIGNED_IN, "Sign in at /sign-in, or send a key.", BEARER)
        return audience

    return caller
