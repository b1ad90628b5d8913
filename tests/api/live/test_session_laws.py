"""Whatever a client does (reads or not, asks, comes back) and however often the server starts again, what it has read
folds to the topic as it is."""

from dataclasses import dataclass
from typing import Literal

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from api.live.outlet import UNSENT_MAX
from api.memory_view import MemoryView
from schemas.audiences import Audience, Role
from tests.builders_client import Picture, apply_frame
from tests.builders_push import OPERATIONS, Clock, Line, a_hub, caught_up, epochs, update

Kind = Literal["publish", "put", "reads", "stops", "reconnects", "subscribes", "beat", "restarts", "shows"]
OTHERS: tuple[Kind, ...] = ("put", "reads", "stops", "reconnects", "subscribes", "beat", "restarts", "shows")


@dataclass(frozen=True, slots=True)
class Step:
    kind: Kind
    bytes_: int = 10


STEPS = st.one_of(
    st.builds(Step, st.just("publish"), st.sampled_from((10, 1_000, 30_000, 90_000))),
    st.builds(Step, st.sampled_from(OTHERS)),
)


class Console:
    """A client that keeps its picture over reconnections, and asks again when it finds that it missed something."""

    def __init__(self, ring_deltas: int) -> None:
        self.picture = Picture()
        self.steps = 0
        self._epochs, self._ring_deltas = epochs(), ring_deltas
        self.starts()
        self.hub.show()

    def starts(self) -> None:
        """A server that has nothing to show yet, and the client comes to it."""
        self.view = MemoryView(self._epochs, ring_deltas=self._ring_deltas)
        self.hub = a_hub(self.view, Clock(), is_shown=False)
        self.connects()

    def connects(self) -> None:
        self.line = Line()
        self.session = self.hub.join(self.line, Audience(role=Role.OPERATIONS))
        self.subscribes()

    def subscribes(self) -> None:
        ask = {"op": "subscribe", "topic": OPERATIONS, "epoch": self.picture.e, "seq": self.picture.s}
        self.session.receive(orjson.dumps(ask))

    def does(self, step: Step) -> None:
        self.steps += 1
        match step.kind:
            case "publish" | "put":
                record = {"pad": "x" * step.bytes_, "n": self.steps}
                deltas = self.view.put([update(self.steps, str(self.steps % 3), record)])
                if step.kind == "publish":
                    self.hub.publish(deltas)
            case "reads":
                self.reads()
            case "stops":
                self.line.is_read = False
            case "reconnects":
                self.hub.leave(self.session)
                self.connects()
            case "subscribes":
                self.subscribes()
            case "beat":
                self.hub.beat()
            case "restarts":
                self.starts()
            case "shows":
                self.hub.show()
        assert self.line.unsent <= UNSENT_MAX + 40_000, "a client that does not read must not fill our memory"

    def reads(self) -> None:
        """Read until nothing more comes; what was cut off by a reconnection is lost, as on a real line."""
        while self.line.unsent:
            self.line.read_all()
            self.session.feed()
        self.line.is_read = True
        self.session.feed()
        for frame in self.line.heard():
            self.picture = apply_frame(self.picture, frame)
            assert self.picture.standing != "lost", "the server left out a delta"


@settings(deadline=None, max_examples=150)
@given(steps=st.lists(STEPS, max_size=40), ring_deltas=st.sampled_from((1, 4, 2_000)))
def test_whatever_a_client_does_it_comes_to_the_topic_as_it_is(steps: list[Step], ring_deltas: int) -> None:
    console = Console(ring_deltas)
    for step in steps:
        console.does(step)
    console.hub.show()
    console.reads()
    console.does(Step("publish"))  # what was only put is led up to by the next delta
    console.reads()
    assert console.picture == caught_up(console.view)
