"""How the routes of accounts, the audit, words and retention describe their answers, each with an example."""

from typing import Any, Final

from api.routes.described import answers, problems
from api.routes.problems import Reason
from api.routes.validators import JSON

Json = dict[str, Any]

WHO_EXAMPLE: Final[Json] = {
    "role": "operations",
    "subject": None,
    "expires_at": "2026-05-17T10:10:00.000Z",
    "name": "ann",
    "has_password": True,
}
_SESSION_EXAMPLE: Final[Json] = {
    "id": "5f0c9d3a7b1e",
    "device": "Firefox on Linux",
    "since": "2026-05-16T22:10:00.000Z",
    "expires_at": "2026-05-17T10:10:00.000Z",
    "this": True,
}
_ENROLMENT_EXAMPLE: Final[Json] = {
    "id": 7,
    "role": "business",
    "subject": "blue-door",
    "name": None,
    "state": "waiting",
    "made_at": "2026-05-16T16:00:00.000Z",
    "expires_at": "2026-05-17T16:00:00.000Z",
    "used_at": None,
}
_LINE_EXAMPLE: Final[Json] = {
    "at": "2026-05-16T22:12:00.000Z",
    "action": "words_read",
    "role": "operations",
    "subject": None,
    "who": "ann",
    "key_id": None,
    "about": "w-5d41 of incident 4f2a9c1be07d5a36",
    "supplier": "venue:blue-door",
    "purpose": "to find who was hurt",
}
_WORDS_EXAMPLE: Final[Json] = {
    "incident": "4f2a9c1be07d5a36",
    "items": [
        {
            "report": "sbn:r-1:0",
            "ref": "w-5d41",
            "reporter": "venue:blue-door",
            "at": "2026-05-16T22:10:00.000Z",
            "text": "Two men, one ran off towards the square.",
        }
    ],
}
_KEPT_EXAMPLE: Final[Json] = {
    "what": "words",
    "about": "What somebody wrote in a report.",
    "days": 92,
    "since": "2026-01-01",
    "held": 120,
    "goes_within_7_days": 8,
    "goes_next": "2026-05-18T22:10:00.000Z",
}
_SIGNED_IN: Final = (Reason.NOT_SIGNED_IN, Reason.NOT_STORED)
_ALLOWED: Final = (*_SIGNED_IN, Reason.NOT_ALLOWED)


def a_new_password() -> Json:
    """Choosing a password."""
    reasons = (*_ALLOWED, Reason.PASSWORD_REFUSED, Reason.TOO_MANY_ATTEMPTS)
    return answers(_example(WHO_EXAMPLE), *reasons, about="Chosen: a cookie is set")


def my_sessions() -> Json:
    """Whose sessions there are."""
    return answers(_example({"items": [_SESSION_EXAMPLE]}), *_SIGNED_IN)


def signing_out_everywhere() -> Json:
    """Ending all of them."""
    return _gone("Nobody is signed in now", *_SIGNED_IN)


def ending_one() -> Json:
    """Ending one of them."""
    return _gone("It ended", *_SIGNED_IN, Reason.NOT_FOUND)


def a_new_enrolment() -> Json:
    """Making an enrolment."""
    made = {"link": "https://desk.example/account#token=nl_0a1b2c3d4e5f", "enrolment": _ENROLMENT_EXAMPLE}
    return answers(_example(made), *_ALLOWED, Reason.ENROLMENT_REFUSED, about="Made", status=201)


def all_enrolments() -> Json:
    """Every enrolment."""
    return answers(_example({"items": [_ENROLMENT_EXAMPLE]}), *_ALLOWED)


def taking_one_back() -> Json:
    """Revoking an enrolment."""
    return _gone("Taken back", *_ALLOWED, Reason.NOT_FOUND)


def the_audit() -> Json:
    """Lines of the audit."""
    return answers(_example({"items": [_LINE_EXAMPLE], "next": None}), *_ALLOWED)


def opened_words() -> Json:
    """What an incident's reports said."""
    return answers(_example(_WORDS_EXAMPLE), *_ALLOWED, Reason.NOT_FOUND)


def erasing_words() -> Json:
    """Erasing what a report said."""
    return _gone("Erased", *_ALLOWED, Reason.NOT_FOUND)


def what_is_kept() -> Json:
    """What is kept for how long."""
    return answers(_example({"items": [_KEPT_EXAMPLE]}), *_SIGNED_IN)


def _example(example: Json) -> Json:
    return {JSON: {"example": example}}


def _gone(about: str, *reasons: Reason) -> Json:
    return {"responses": {204: {"description": about}, **problems(*reasons)}}
