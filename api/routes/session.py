"""Sign in, sign out, who am I: `/api/v1/session`."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Body, Request, Response
from pydantic import Field

from api.auth.devices import device_of
from api.auth.passwords import CHARS_MAX, PasswordsBusy
from api.auth.tokens import SECRET_CHARS_MAX
from api.rates import ATTEMPTS_A_NAME, ATTEMPTS_AN_ADDRESS
from api.routes.caller import BEARER, caller_of
from api.routes.described import signing_in, signing_out, who_it_is
from api.routes.described_accounts import WHO_EXAMPLE
from api.routes.limits import limit, place_of
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from api.routes.signing_in import WhoAmI, give_cookie, take_cookie, who_is

NAME_CHARS_MAX: Final = 64
Secret = Annotated[str, Field(min_length=1, max_length=SECRET_CHARS_MAX)]
Password = Annotated[str, Field(min_length=1, max_length=CHARS_MAX)]
_Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Exactly one of the three: the token of a one-use link, a key, or a name with its password."""

    link: Secret | None = None
    key: Secret | None = None
    name: _Name | None = None
    password: Password | None = None


_Credential = Annotated[SignIn, Body(examples=[{"key": "nd_0a1b2c3d4e5f60718293a4b5c6d7e8f9"}])]


def session_routes(services: Services) -> APIRouter:
    """The three calls."""
    router = APIRouter(prefix="/api/v1/session", tags=["session"])
    authenticator = services.authenticator
    caller = caller_of(authenticator)

    @router.post("", summary="Sign in with a one-use link, a key, or a name and password", **signing_in(WHO_EXAMPLE))
    def sign_in(body: _Credential, request: Request, response: Response) -> WhoAmI:
        place = place_of(request)
        limit(services.rates, place, ATTEMPTS_AN_ADDRESS, reason=Reason.TOO_MANY_ATTEMPTS)
        _check_is_one(body)
        if body.name is not None:
            name = body.name.strip().casefold()
            limit(services.rates, name, ATTEMPTS_A_NAME, reason=Reason.TOO_MANY_ATTEMPTS)
        try:
            signed = authenticator.sign_in(
                request.headers,
                key=body.key, link=body.link, name=body.name, password=body.password,
                device=device_of(request.headers.get("user-agent", "")),
            )  # fmt: skip
        except PasswordsBusy as busy:
            raise Refused(Reason.TOO_MANY_ATTEMPTS, "Try again in 1 s.", {"Retry-After": "1"}) from busy
        if signed is None:
            raise Refused(Reason.SIGN_IN_REFUSED, _not_good(body), BEARER)
        services.rates.give_back(place, ATTEMPTS_AN_ADDRESS)
        return give_cookie(authenticator, response, signed)

    @router.get("", summary="Who am I", **who_it_is(WHO_EXAMPLE))
    def who_am_i(request: Request) -> WhoAmI:
        audience = caller(request)
        session = None if "authorization" in request.headers else authenticator.session(request.headers)
        if session is None:
            return WhoAmI(role=audience.role, subject=audience.subject, expires_at=None, name=None, has_password=None)
        return who_is(session)

    @router.delete("", status_code=204, summary="Sign out", **signing_out())
    def sign_out(request: Request, response: Response) -> None:
        authenticator.sign_out(request.headers)
        take_cookie(authenticator, response)

    return router


def _check_is_one(body: SignIn) -> None:
    given = [body.link, body.key, body.name]
    if sum(one is not None for one in given) != 1 or (body.name is None) != (body.password is None):
        raise Refused(Reason.NOT_UNDERSTOOD, "Send either link, or key, or name and password.")


def _not_good(body: SignIn) -> str:
    if body.link is not None:
        return "That link was used, or is too old. Ask whoever gave it to you for another."
    if body.name is not None:
        return "That name and password do not go together."
    return "That key is not known, or was revoked."
