"""What reports said: opened one incident at a time for a purpose, and erased. Both stand in the audit."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.auth.audit import Doer
from api.routes.caller import doer_of
from api.routes.described_accounts import erasing_words, opened_words
from api.routes.incident import IncidentId
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from schemas.audiences import Role
from schemas.times import rfc3339

PURPOSE_CHARS_MAX: Final = 200
WordsRef = Annotated[str, Path(min_length=1, max_length=128, description="The reference of the words.")]
_READERS: Final = (Role.OPERATIONS, Role.LEAD, Role.PROTECT, Role.SAFEGUARD, Role.BUSINESS, Role.NIGHTSTARS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What the words are opened for, in a few words; it is kept beside the caller's role and the time."""

    purpose: Annotated[str, Field(min_length=1, max_length=PURPOSE_CHARS_MAX, pattern=r"\S")]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsShown:
    """What one report said; `text` is null once it was erased."""

    report: str
    ref: str
    reporter: str
    at: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentWords:
    """The words of an incident's reports, those without any left out."""

    incident: str
    items: list[WordsShown]


def words_routes(services: Services) -> APIRouter:
    """The two calls."""
    router = APIRouter(prefix="/api/v1", tags=["words"])
    disclosures = services.disclosures
    Reader = Annotated[Doer, Depends(doer_of(services.authenticator, *_READERS))]  # noqa: N806 - a type
    Eraser = Annotated[Doer, Depends(doer_of(services.authenticator, Role.DATAPROTECTION))]  # noqa: N806 - a type

    @router.post("/incidents/{id}/words", summary="Open what an incident's reports said", **opened_words())
    def open_words(id_: IncidentId, body: Purpose, reader: Reader) -> IncidentWords:
        opened = disclosures.open(id_, reader, " ".join(body.purpose.split()))
        if opened is None:
            raise Refused(Reason.NOT_FOUND, "There is no such incident for you.")
        return IncidentWords(
            incident=id_,
            items=[
                WordsShown(report=one.report, ref=one.ref, reporter=one.reporter, at=rfc3339(one.at), text=one.text)
                for one in opened
            ],
        )

    @router.delete("/words/{ref}", status_code=204, summary="Erase what a report said", **erasing_words())
    def erase_words(ref: WordsRef, eraser: Eraser) -> None:
        if not disclosures.erase(ref, eraser):
            raise Refused(Reason.NOT_FOUND, "There are no words under that reference.")

    return router
