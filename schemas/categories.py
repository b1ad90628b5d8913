"""The categories of ALERTS policy: what a report says happened, and the groups that windows and map letters use."""

from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """What happened; a report has exactly one."""

    SERIOUS_VIOLENCE = "serious_violence"
    WEAPON = "weapon"
    SEXUAL_ASSAULT = "sexual_assault"
    SPIKING = "spiking"
    PERSON_IN_DANGER = "person_in_danger"
    FIRE = "fire"
    HARASSMENT = "harassment"
    ASK_FOR_ANGELA = "ask_for_angela"
    VULNERABLE_PERSON = "vulnerable_person"
    VIOLENCE_AGAINST_STAFF = "violence_against_staff"
    PUBLIC_ORDER = "public_order"
    SUSPICIOUS_BEHAVIOUR = "suspicious_behaviour"
    HIDDEN_HARM = "hidden_harm"
    THEFT = "theft"
    THEFT_FROM_PERSON = "theft_from_person"
    DRUGS = "drugs"
    DAMAGE = "damage"
    ASB = "asb"
    NOISE = "noise"
    PEDICAB = "pedicab"
    AUTOMATIC_FIRE_ALARM = "automatic_fire_alarm"
    FALSE_ALARM = "false_alarm"
    SPECIAL_SERVICE = "special_service"
    OTHER = "other"


class CategoryGroup(StrEnum):
    """What windows count and the map's letters show."""

    VIOLENCE = "violence"
    WOMENS_SAFETY = "womens_safety"
    PERSON_IN_NEED = "person_in_need"
    THEFT = "theft"
    DRUGS = "drugs"
    FIRE = "fire"
    NOISE = "noise"
    OTHER = "other"


class Urgency(StrEnum):
    """How categories differ in what they ask of us; fusion distances and visibility follow it."""

    LIFE_RISK = "life_risk"
    SAFETY = "safety"
    PROTECTIVE = "protective"
    OTHER = "other"


class HelpNeeded(StrEnum):
    """What the reporter asks for."""

    NONE = "none"
    ADVICE = "advice"
    SAFE_PLACE = "safe_place"
    STAFF_NOW = "staff_now"


_MEMBERS: Final[dict[CategoryGroup, tuple[Category, ...]]] = {
    CategoryGroup.VIOLENCE: (
        Category.SERIOUS_VIOLENCE,
        Category.WEAPON,
        Category.VIOLENCE_AGAINST_STAFF,
        Category.PUBLIC_ORDER,
    ),
    CategoryGroup.WOMENS_SAFETY: (Category.SEXUAL_ASSAULT, Category.HARASSMENT, Category.ASK_FOR_ANGELA),
    CategoryGroup.PERSON_IN_NEED: (
        Category.PERSON_IN_DANGER,
        Category.SPIKING,
        Category.VULNERABLE_PERSON,
        Category.HIDDEN_HARM,
    ),
    CategoryGroup.THEFT: (Category.THEFT, Category.THEFT_FROM_PERSON),
    CategoryGroup.DRUGS: (Category.DRUGS,),
    CategoryGroup.FIRE: (
        Category.FIRE,
        Category.AUTOMATIC_FIRE_ALARM,
        Category.FALSE_ALARM,
        Category.SPECIAL_SERVICE,
    ),
    CategoryGroup.NOISE: (Category.NOISE, Category.PEDICAB),
    CategoryGroup.OTHER: (Category.DAMAGE, Category.ASB, Category.SUSPICIOUS_BEHAVIOUR, Category.OTHER),
}

GROUP_OF: Final[dict[Category, CategoryGroup]] = {
    category: group for group, members in _MEMBERS.items() for category in members
}

_URGENT: Final[dict[Urgency, tuple[Category, ...]]] = {
    Urgency.LIFE_RISK: (
        Category.SERIOUS_VIOLENCE,
        Category.WEAPON,
        Category.SEXUAL_ASSAULT,
        Category.SPIKING,
        Category.PERSON_IN_DANGER,
        Category.FIRE,
    ),
    Urgency.SAFETY: (
        Category.HARASSMENT,
        Category.ASK_FOR_ANGELA,
        Category.VULNERABLE_PERSON,
        Category.VIOLENCE_AGAINST_STAFF,
        Category.PUBLIC_ORDER,
    ),
    Urgency.PROTECTIVE: (Category.SUSPICIOUS_BEHAVIOUR, Category.HIDDEN_HARM),
}

URGENCY_OF: Final[dict[Category, Urgency]] = dict.fromkeys(Category, Urgency.OTHER) | {
    category: urgency for urgency, members in _URGENT.items() for category in members
}
