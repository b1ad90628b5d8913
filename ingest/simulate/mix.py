"""What each of the five streams is made of: its mean a night, its kinds and their shares, and its invented words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ingest.simulate.profiles import Curve
from schemas.categories import Category, HelpNeeded
from schemas.feeds import Source


class Stream(StrEnum):
    """The simulator's streams; ASB comes in by the Safer Business Network."""

    BUSINESS = "business"
    STREET_SUPPORT = "street_support"
    FIRE_ALARM = "fire_alarm"
    VEHICLE_NOISE = "vehicle_noise"
    ASB = "asb"


MEAN_A_NIGHT: Final[dict[Stream, float]] = {
    Stream.BUSINESS: 90.0,
    Stream.STREET_SUPPORT: 55.0,
    Stream.FIRE_ALARM: 15.0,
    Stream.VEHICLE_NOISE: 40.0,
    Stream.ASB: 50.0,
}

SOURCE_OF: Final[dict[Stream, Source]] = {
    Stream.BUSINESS: Source.SBN,
    Stream.STREET_SUPPORT: Source.NIGHTSTARS,
    Stream.FIRE_ALARM: Source.LFB,
    Stream.VEHICLE_NOISE: Source.NOISE,
    Stream.ASB: Source.SBN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of event in a stream; severities, help and words are drawn evenly from their tuples.

    `detail` is the vendor's own word for it where the feed has one.
    """

    category: Category
    share: float
    curve: Curve
    severities: tuple[int, ...] = (1, 2)
    helps: tuple[HelpNeeded, ...] = (HelpNeeded.NONE,)
    words: tuple[str, ...] = ("",)
    detail: str = ""


_C, _H, _V = Category, HelpNeeded, Curve


def _kind(category: Category, share: float, curve: Curve, severities: tuple[int, ...], *words: str) -> Kind:
    return Kind(category=category, share=share, curve=curve, severities=severities, words=("", *words))


def _asking(
    category: Category,
    share: float,
    curve: Curve,
    severities: tuple[int, ...],
    helps: tuple[HelpNeeded, ...],
    word: str,
) -> Kind:
    return Kind(category=category, share=share, curve=curve, severities=severities, helps=helps, words=("", word))


def _encounter(detail: str, category: Category, share: float, severities: tuple[int, ...], word: str) -> Kind:
    return Kind(category=category, share=share, curve=_V.NEED, severities=severities, words=("", word), detail=detail)


def _call(category: Category, share: float, *details: str) -> tuple[Kind, ...]:
    each = share / len(details)
    return tuple(Kind(category=category, share=each, curve=_V.ALARM, detail=detail) for detail in details)


KINDS: Final[dict[Stream, tuple[Kind, ...]]] = {
    Stream.BUSINESS: (
        _kind(
            _C.THEFT, 24, _V.THEFT, (1, 2), "bottles taken from the shelf", "left without paying", "till float short"
        ),
        _kind(_C.THEFT_FROM_PERSON, 17, _V.THEFT, (1, 2), "phone snatched from the table", "bag gone from under chair"),
        _asking(
            _C.VIOLENCE_AGAINST_STAFF,
            11,
            _V.VIOLENCE,
            (2, 3),
            (_H.NONE, _H.ADVICE),
            "pushed at the door, refused entry",
        ),
        _kind(_C.SERIOUS_VIOLENCE, 4, _V.VIOLENCE, (3, 4), "punches thrown outside, one on the ground"),
        _kind(_C.PUBLIC_ORDER, 12, _V.VIOLENCE, (2, 3), "two groups shouting", "crowd will not move on"),
        _kind(_C.DRUGS, 9, _V.NUISANCE, (1, 2), "dealing by the side door", "wraps found in the toilets"),
        _kind(_C.HARASSMENT, 6, _V.NEED, (2, 3), "customer followed to the taxi rank"),
        _kind(_C.SPIKING, 1, _V.NEED, (3,), "says the drink tasted wrong, very unsteady"),
        _asking(_C.VULNERABLE_PERSON, 5, _V.NEED, (2, 3), (_H.NONE, _H.SAFE_PLACE), "alone, cannot say where home is"),
        _asking(_C.ASK_FOR_ANGELA, 1, _V.NEED, (3,), (_H.SAFE_PLACE,), "asked for Angela at the bar"),
        _kind(_C.SUSPICIOUS_BEHAVIOUR, 2, _V.THEFT, (2,), "taking pictures of the exits"),
        _kind(_C.HIDDEN_HARM, 1, _V.THEFT, (2,), "worker not allowed to speak"),
        _kind(_C.DAMAGE, 4, _V.VIOLENCE, (1, 2), "window cracked"),
        _kind(_C.WEAPON, 0.5, _V.VIOLENCE, (4,), "blade seen in a waistband"),
        _kind(_C.SEXUAL_ASSAULT, 0.5, _V.NEED, (4,), "touched in the queue, person is with staff"),
        _kind(_C.OTHER, 2, _V.NUISANCE, (1,), "card machine skimmer suspected"),
    ),
    Stream.STREET_SUPPORT: (
        _encounter("welfare_check", _C.VULNERABLE_PERSON, 32, (1,), "water and a chat"),
        _encounter("intoxicated", _C.VULNERABLE_PERSON, 26, (1, 2), "walked to a friend, steady again"),
        _encounter("lost", _C.VULNERABLE_PERSON, 12, (1,), "put on the right night bus"),
        _encounter("unwell", _C.VULNERABLE_PERSON, 12, (2,), "sat out for half an hour, waited with"),
        _encounter("danger", _C.PERSON_IN_DANGER, 1, (3, 4), "sitting on the kerb in traffic"),
        _encounter("followed", _C.HARASSMENT, 5, (2, 3), "walked with to the station"),
        _encounter("harassed", _C.HARASSMENT, 6, (2,), "comments from a group, moved away together"),
        _encounter("spiked", _C.SPIKING, 0.5, (3,), "one drink only, now very sleepy"),
        _encounter("fight", _C.SERIOUS_VIOLENCE, 1.5, (3,), "broke up before we came near"),
        _encounter("assault", _C.SERIOUS_VIOLENCE, 1, (3,), "cut lip, waited for the ambulance"),
        _encounter("angela", _C.ASK_FOR_ANGELA, 1, (3,), "taxi called from a quiet corner"),
        _encounter("other", _C.OTHER, 2, (1,), "found keys handed in, returned"),
    ),
    Stream.FIRE_ALARM: (
        *_call(_C.AUTOMATIC_FIRE_ALARM, 60, "Restaurant/cafe", "Single shop ", "Purpose built office ", "Hotel/motel "),
        *_call(_C.AUTOMATIC_FIRE_ALARM, 15, "Purpose Built Flats/Maisonettes - 4 to 9 storeys "),
        *_call(_C.SPECIAL_SERVICE, 14, "Lift Release", "Effecting entry/exit", "Flooding", "Assist other agencies"),
        *_call(_C.FIRE, 6, "Small refuse/rubbish container", "Pub/wine bar/bar "),
        *_call(_C.FALSE_ALARM, 5, "Pub/wine bar/bar "),
    ),
    Stream.VEHICLE_NOISE: (
        Kind(category=_C.NOISE, share=7, curve=_V.VEHICLE, detail="Transport road - Passenger car"),
        Kind(category=_C.NOISE, share=2, curve=_V.VEHICLE, detail="Unsupported"),
        Kind(category=_C.NOISE, share=1, curve=_V.VEHICLE),
    ),
    Stream.ASB: (
        _kind(
            _C.ASB,
            70,
            _V.NUISANCE,
            (1, 2),
            "street drinking in the doorway",
            "group blocking the pavement",
            "urinating by the bins",
        ),
        _kind(_C.NOISE, 12, _V.NUISANCE, (1,), "speaker on a trolley"),
        _kind(_C.PEDICAB, 13, _V.NUISANCE, (1,), "pedicab music again, three of them"),
        _kind(_C.DAMAGE, 5, _V.NUISANCE, (1,), "planters tipped over"),
    ),
}
"""What a stream's events are. Shares are weights; they need not add up to anything."""
