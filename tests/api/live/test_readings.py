"""What the push counts is what the metrics read."""

import orjson

from api.live.readings import readings
from api.live.session import STUCK_S
from api.projector import Projector
from schemas.audiences import Audience, Role
from schemas.telemetry import Metric
from tests.builders_push import AREA, GROUP, OPERATIONS, Clock, Line, a_hub, change, memory_view, update


def test_each_count_of_the_push_has_its_metric() -> None:
    view, clock, line = memory_view(topics_max=1), Clock(), Line()
    projector, hub = Projector(AREA, view=view), a_hub(view, clock)
    session = hub.join(line, Audience(role=Role.OPERATIONS))

    def asks(**more: object) -> None:
        session.receive(orjson.dumps({"op": "subscribe", "topic": OPERATIONS, **more}))

    projector.apply([change(2), change(1)])
    hub.publish(projector.flush(0.0))
    asks()
    asks(epoch="e1", seq=0)
    asks(epoch="other", seq=9)
    session.receive(b"rubbish")
    view.put([update(1, "b", {"n": 1}, topics=(GROUP,))])
    line.is_read = False
    projector.apply([change(9)])
    hub.publish(projector.flush(1.0))
    hub.beat()
    clock.now += STUCK_S + 1
    hub.beat()
    assert {metric: reading() for metric, reading in readings(hub, view).items()} == {
        Metric.PUSH_CLIENTS: {("operations",): 1},
        Metric.PUSH_DELTAS: {("operations",): 2},
        Metric.PUSH_SKIPPED: {(): 0},
        Metric.PUSH_SNAPSHOTS: {(): 2},
        Metric.PUSH_RESUMES: {(): 1},
        Metric.PUSH_GAPS: {(): 1},
        Metric.PUSH_ENDED: {("stuck",): 1},
        Metric.PUSH_REFUSED: {("not_json",): 1},
        Metric.PUSH_TOPICS_REFUSED: {(): 1},
    }
