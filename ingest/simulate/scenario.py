"""Scenario files: the beats of a night's story and its silences, read from TOML and checked before a night is made."""

import tomllib
from dataclasses import dataclass, fields
from datetime import time
from pathlib import Path
from typing import Final

import msgspec

from ingest.simulate.messages import Status
from ingest.simulate.mix import KINDS, Stream
from schemas.categories import Category, HelpNeeded
from schemas.feeds import Source

BUILT_IN: Final = Path(__file__).with_name("story.toml")
_RECORDS_MAX: Final = 500
"""Of one entry's `count`: a slip of the finger must not make a night that never ends."""
_LFB_CATEGORIES: Final = frozenset(kind.category for kind in KINDS[Stream.FIRE_ALARM])
_STREETS: Final = frozenset(kind.detail for kind in KINDS[Stream.STREET_SUPPORT])


class ScenarioError(ValueError):
    """A scenario file that cannot be played: says the file, the place in it and the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one source tells in a scene, `count` times over `over_s` seconds and within `spread_m`.

    `after_s` counts from the scene's time to what happened, `told_after_s` from there to the report. `witness` picks
    the venue (0: the nearest) or the team. Entries of one `key` are about one report; a `status` other than new raises
    its revision.
    """

    source: Source
    category: Category | None = None
    kind: str = ""
    after_s: int = 0
    told_after_s: int = 60
    metres: float = 0.0
    bearing: float = 0.0
    witness: int = 0
    severity: int = 2
    help_needed: HelpNeeded = HelpNeeded.NONE
    words: str = ""
    helped: int = 1
    level_db: float = 84.0
    count: int = 1
    over_s: int = 0
    spread_m: float = 0.0
    key: str = ""
    status: Status = Status.NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One beat of the story: when and where, what a viewer should watch, and what the feeds are told."""

    at: time
    title: str
    watch: str
    lat: float
    lon: float
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """A feed falls silent at a local time, heartbeats included."""

    source: Source
    at: time
    minutes: int
    title: str
    watch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A night's story."""

    title: str = ""
    scene: tuple[Scene, ...] = ()
    silence: tuple[Hush, ...] = ()


def load_scenario(path: Path | None = None) -> Scenario:
    """The scenario of a TOML file, without one the built-in story. ScenarioError says what is wrong and where."""
    file = path or BUILT_IN
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        _refuse_unknown(document)
        scenario = msgspec.convert(document, Scenario)
        _refuse_unplayable(scenario)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError) as error:
        raise ScenarioError(f"{file}: {error}") from error
    return scenario


def _refuse_unknown(document: dict[str, object]) -> None:
    _known("the file", document, Scenario)
    for number, scene in enumerate(_tables(document, "scene"), 1):
        _known(f"scene {number}", scene, Scene)
        for ordinal, told in enumerate(_tables(scene, "told"), 1):
            _known(f"scene {number}, told {ordinal}", told, Told)
    for number, hush in enumerate(_tables(document, "silence"), 1):
        _known(f"silence {number}", hush, Hush)


def _known(where: str, table: dict[str, object], record: type[Scenario | Scene | Hush | Told]) -> None:
    names = {field.name for field in fields(record)}
    for key in table:
        if key not in names:
            raise ScenarioError(f"{where}: {key!r} is not one of {', '.join(sorted(names))}")


def _tables(table: dict[str, object], key: str) -> list[dict[str, object]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ScenarioError(f"{key!r} must be a list of tables")
    return value


def _refuse_unplayable(scenario: Scenario) -> None:
    for number, scene in enumerate(scenario.scene, 1):
        keys: set[str] = set()
        for ordinal, told in enumerate(scene.told, 1):
            if rule := _broken_rule(told, keys):
                raise ScenarioError(f"scene {number} ({scene.title}), told {ordinal}: {rule}")
            keys.add(told.key)
    for number, hush in enumerate(scenario.silence, 1):
        if hush.minutes < 1:
            raise ScenarioError(f"silence {number}: minutes {hush.minutes} must be at least 1")


def _broken_rule(told: Told, keys: set[str]) -> str | None:
    if rule := _broken_vocabulary(told):
        return rule
    if not 1 <= told.count <= _RECORDS_MAX:
        return f"count {told.count} must be 1 to {_RECORDS_MAX}"
    if not 1 <= told.severity <= 4:
        return f"severity {told.severity} must be 1 to 4"
    if min(told.over_s, told.told_after_s, told.witness) < 0:
        return "over_s, told_after_s and witness must not be below 0"
    if told.key and (told.count > 1 or told.source not in (Source.SBN, Source.NIGHTSTARS)):
        return f"key {told.key!r} needs count 1 and source sbn or nightstars: the others have no revisions"
    if told.status is not Status.NEW and (not told.key or told.key not in keys):
        return f"status {told.status.value!r} needs the key of an entry before it"
    return None


def _broken_vocabulary(told: Told) -> str | None:
    if told.source is Source.NIGHTSTARS:
        return None if told.kind in _STREETS else f"kind {told.kind!r} is not one of {', '.join(sorted(_STREETS))}"
    if told.source is Source.SBN:
        return None if told.category else "a report of sbn needs a category"
    if told.source is Source.LFB:
        named = ", ".join(sorted(_LFB_CATEGORIES))
        return None if told.category in _LFB_CATEGORIES else f"category of an lfb call must be one of {named}"
    return None if told.source is Source.NOISE else f"source {told.source.value!r} cannot be simulated"
