"""Laws of the push: stale snapshot + deltas = fresh snapshot, order of arrival never matters, a realm never leaks."""

from dataclasses import dataclass

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from api.memory_view import MemoryView
from api.projector import Projector
from schemas.audiences import Audience, Role, audience_of, redact
from schemas.categories import Category
from schemas.picture import Change, Incident, Kind, PictureRecord
from tests.builders_client import Picture
from tests.builders_contracts import feed_health, incident, member, window
from tests.builders_push import AREA, AT, GROUP, OPERATIONS, caught_up, epochs

TOPICS = (
    OPERATIONS,
    GROUP,
    f"{AREA}/nightstars",
    f"{AREA}/protect",
    f"{AREA}/safeguard",
    f"{AREA}/business/blue-door",
    f"{AREA}/business/red-door",
)
CATEGORIES = (Category.THEFT, Category.SUSPICIOUS_BEHAVIOUR, Category.HIDDEN_HARM)
REPORTERS = ("venue:blue-door", "venue:red-door", "team:soho", "camera:one")


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    reporters = draw(st.lists(st.sampled_from(REPORTERS), min_size=1, max_size=3, unique=True))
    category = draw(st.sampled_from(CATEGORIES))
    return incident(
        *(member(id=reporter, reporter=reporter, category=category) for reporter in reporters),
        severity=draw(st.integers(1, 4)),
    )


@st.composite
def a_night_of_changes(draw: st.DrawFn) -> list[Change]:
    """Changes in the order of their versions: at most six keys, each set, hidden, revived and removed at will."""
    changes = []
    for offset in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from((Kind.INCIDENTS, Kind.INCIDENTS, Kind.WINDOWS, Kind.FEEDS)))
        record: PictureRecord | None = None
        if draw(st.integers(0, 3)):
            match kind:
                case Kind.INCIDENTS:
                    record = draw(incidents())
                case Kind.WINDOWS:
                    record = window(count=draw(st.integers(1, 9)))
                case _:
                    record = feed_health(heard_tonight=draw(st.integers(0, 3)))
        key, live = draw(st.sampled_from("ab")), bool(draw(st.integers(0, 4)))
        changes.append(Change(kind=kind, key=key, offset=offset, index=0, at=AT, record=record, live=live))
    return changes


@dataclass(frozen=True, slots=True)
class Run:
    """Changes as they arrive (late and doubled), how many go into each flush, and the ring's size."""

    arriving: list[Change]
    batches: list[int]
    ring_deltas: int


@st.composite
def runs(draw: st.DrawFn) -> Run:
    changes = draw(a_night_of_changes())
    arriving = draw(st.permutations(changes)) + draw(st.lists(st.sampled_from(changes), max_size=5))
    batches = draw(st.lists(st.integers(1, 6), min_size=1, max_size=10))
    return Run(arriving, batches, draw(st.sampled_from((1, 3, 2_000))))


def test_settings_draw_every_topic() -> None:
    assert all(audience_of(AREA, topic) for topic in TOPICS)


@settings(deadline=None, max_examples=150)
@given(run=runs(), topic=st.sampled_from(TOPICS), data=st.data())
def test_a_stale_snapshot_and_the_deltas_since_are_a_fresh_snapshot(run: Run, topic: str, data: st.DataObject) -> None:
    view = MemoryView(epochs(), ring_deltas=run.ring_deltas)
    projector = Projector(AREA, view=view)
    held = Picture()
    for at, batch in enumerate(batches_of(run)):
        projector.apply(batch)
        projector.flush(float(at))
        if data.draw(st.booleans(), label="reconnects now"):
            held = caught_up(view, topic, held)
            assert held.standing == "following"
            assert held == caught_up(view, topic)
    assert caught_up(view, topic, held) == caught_up(view, topic)


@settings(deadline=None, max_examples=150)
@given(run=runs(), topic=st.sampled_from(TOPICS))
def test_in_any_order_and_any_number_of_times_the_newest_of_each_key_stands(run: Run, topic: str) -> None:
    view = MemoryView(epochs())
    projector = Projector(AREA, view=view)
    for at, batch in enumerate(batches_of(run)):
        projector.apply(batch)
        projector.flush(float(at))
    assert caught_up(view, topic).state == what_should_stand(run.arriving, topic)


@settings(deadline=None, max_examples=50)
@given(live=runs(), replay=runs())
def test_a_realm_never_leaks(live: Run, replay: Run) -> None:
    worlds = [(run, _World()) for run in (live, replay)]
    for at in range(max(len(batches_of(run)) for run, _ in worlds)):
        for run, world in worlds:
            world.take(at, run)
    for run, world in worlds:
        alone = _World()
        for at in range(len(batches_of(run))):
            alone.take(at, run)
        assert {topic: caught_up(world.view, topic) for topic in TOPICS} == {
            topic: caught_up(alone.view, topic) for topic in TOPICS
        }


class _World:
    """One realm: a view and its projector."""

    def __init__(self) -> None:
        self.view = MemoryView(lambda: "an epoch")
        self._projector = Projector(AREA, view=self.view)

    def take(self, at: int, run: Run) -> None:
        """The changes of one flush, if the run has so many."""
        for batch in batches_of(run)[at : at + 1]:
            self._projector.apply(batch)
        self._projector.flush(float(at))


def batches_of(run: Run) -> list[list[Change]]:
    """The changes of each flush; the sizes repeat until nothing is left."""
    batches, left, turn = [], list(run.arriving), 0
    while left:
        size = run.batches[turn % len(run.batches)]
        batches.append(left[:size])
        left, turn = left[size:], turn + 1
    return batches


def what_should_stand(changes: list[Change], topic: str) -> dict[str, dict[str, object]]:
    """The oracle: the newest change of each key, redacted for the topic, straight from the sharing rules."""
    newest: dict[tuple[Kind, str], Change] = {}
    for change in changes:
        key = (change.kind, change.key)
        if key not in newest or (change.offset, change.index) > (newest[key].offset, newest[key].index):
            newest[key] = change
    audience = audience_of(AREA, topic) or Audience(role=Role.FEED)
    state: dict[str, dict[str, object]] = {kind.value: {} for kind in Kind}
    for (kind, name), change in newest.items():
        shown = redact(kind, change.record, audience) if change.record is not None and change.live else None
        if shown is not None:
            state[kind][name] = _as_json(shown)
    return state


def _as_json(value: object) -> object:
    return orjson.loads(orjson.dumps(value))
