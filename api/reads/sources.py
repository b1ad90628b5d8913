"""Where reads come from, and for whom they are redacted."""

from collections.abc import Callable
from dataclasses import dataclass

from api.record.rewind import Rewind
from api.view import Shown
from schemas.audiences import Audience, audience_of, push_topic
from schemas.times import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The live picture and the record of one area; `now` is the desk's clock.

    While `is_shown` is False the desk restores, and the view is not the picture yet.
    """

    view: Shown
    rewind: Callable[[], Rewind]
    now: Callable[[], Instant]
    is_shown: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who reads. `audience` is the one that their push topic is redacted for, so that both show the same.

    `topic` None: nothing is pushed to them, and what they see is redacted for themselves. `mentioned` is a text that
    every record they may see holds: others need not be read.
    """

    audience: Audience
    topic: str | None
    mentioned: str = ""


def asker_of(area: str, audience: Audience) -> Asker:
    """The reader that an audience is."""
    topic = push_topic(area, audience)
    shown = None if topic is None else audience_of(area, topic)
    asker = shown or audience
    mentioned = f'"venue:{asker.subject}"' if asker.role is asker.role.BUSINESS else ""
    return Asker(audience=asker, topic=topic, mentioned=mentioned)
