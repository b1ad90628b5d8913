"""Acoustic cameras: their vendor's triggers (selected, or the raw export) and level rows, as CSV or JSON.

A trigger is kept whatever its level or class; a level row says that its camera is alive.
"""

from typing import Final

from ingest.columns import Layout, Shape, Values
from ingest.context import Context
from ingest.fields import is_blank, named, number
from schemas.dead_letters import Reason
from schemas.feeds import FeedHeartbeat, NoiseTrigger, Source

TRIGGERS: Final = Shape(
    name="the noise vendor's triggers",
    required=("description", "result_timestamp", "noise_event_laeq_primary_detected_class"),
    optional=("lamax",),
)
LEVELS: Final = Shape(
    name="the noise vendor's levels",
    required=("description", "result_timestamp", "lamax", "laeq", "lceq", "lcpeak"),
)
LEVEL_DB_MAX: Final = 200.0


def layouts(context: Context) -> tuple[Layout, ...]:
    """Triggers and levels."""
    rows = NoiseRows(context)
    return (Layout(shape=TRIGGERS, parse=rows.trigger), Layout(shape=LEVELS, parse=rows.level))


class NoiseRows:
    """Rows to triggers and heartbeats."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self._ids = context.ids
        self._cameras = {" ".join(camera.vendor_name.split()): camera.id for camera in context.area.cameras.values()}

    def trigger(self, row: Values, raw: bytes) -> NoiseTrigger:
        """One trigger, with its level where the vendor gave one."""
        description, stamp, _, level = row
        source_id = self._ids.next_id(raw)
        at, is_ambiguous = self._clock.ordered(stamp, "result_timestamp")
        return NoiseTrigger(
            source_id=source_id,
            camera=self._camera(description),
            occurred_at=at,
            received_at=at,
            level_db=None if is_blank(level) else number(level, "lamax", 0, LEVEL_DB_MAX),
            ambiguous_time=is_ambiguous,
        )

    def level(self, row: Values, _raw: bytes) -> FeedHeartbeat:
        """One level row: its camera is alive, whatever it measured."""
        at, _ = self._clock.ordered(row[1], "result_timestamp")
        return FeedHeartbeat(source=Source.NOISE, sensor=self._camera(row[0]), at=at, received_at=at)

    def _camera(self, description: str) -> str:
        """The camera that the vendor calls so; vendors are careless with spaces."""
        camera = self._cameras.get(description)
        if camera is None:
            name = " ".join(description.split())
            camera = named(name, "description", self._cameras, Reason.UNKNOWN_CAMERA, "a camera")
        return camera
