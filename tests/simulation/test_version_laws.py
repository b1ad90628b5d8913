"""Law: a (kind, key, version) has one content, versions never go back, and what was told is what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.journal import Entry, Tick
from schemas.picture import Change, Kind, PictureRecord
from schemas.times import HOUR, SECOND
from streams.restore import current
from tests.simulation.drawn import BLOBS, POLICY, Journal, journals, law
from tests.simulation.run import Run

Address = tuple[Kind, str, int, int]


class Viewer:
    """A view that keeps, of each key, the newest that it was told; and every content that a version ever had."""

    def __init__(self, contents: dict[Address, Change]) -> None:
        self.contents = contents
        self.newest: dict[tuple[Kind, str], Change] = {}

    def told(self, changes: list[Change], *, again: bool = False) -> None:
        """Take what a desk says; `again` for what it repeats after a crash."""
        for change in changes:
            known = self.contents.setdefault((change.kind, change.key, change.offset, change.index), change)
            assert known == change, f"one version, two contents:\n{known}\n{change}"
            last = self.newest.get((change.kind, change.key))
            if last is not None and (last.offset, last.index) > (change.offset, change.index):
                assert again, f"{change} is older than {last}"
                continue
            self.newest[change.kind, change.key] = change

    def shown(self) -> dict[Kind, dict[str, PictureRecord]]:
        """What stands in the view."""
        state: dict[Kind, dict[str, PictureRecord]] = {kind: {} for kind in Kind}
        for (kind, key), change in sorted(self.newest.items()):
            if change.live and change.record is not None:
                state[kind][key] = change.record
        return state


def _viewed(journal: Journal, drains: set[int], crashes: set[int], contents: dict[Address, Change]) -> None:
    """Live through a journal, looking and crashing at some entries; at the end the view must be the picture."""
    run, viewer = Run(POLICY, blobs=BLOBS), Viewer(contents)
    run.tick(journal.begins)
    clock = max(entry.fact.at for entry in journal.entries if isinstance(entry.fact, Tick))
    rest = [Entry(fact=Tick(at=clock + ahead, live=False)) for ahead in (6 * SECOND, 12 * HOUR, 12 * HOUR + 6 * SECOND)]
    entries = (*journal.entries, *rest)
    for number, entry in enumerate(entries):
        run.take(entry)
        if number in drains:
            viewer.told(run.drain())
        if number in crashes:
            viewer.told(run.drain())  # a snapshot is written only after everything was told
            run.crash()
            viewer.told(current(run.desk), again=True)
        if entry in rest and not _anything_waits(run):
            viewer.told(run.drain())
            assert viewer.shown() == run.shown(), f"after entry {number}"


@law(50)
@given(journals(policies=True), st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_whoever_looks_whenever_a_version_says_one_thing_and_the_view_is_the_picture(
    journal: Journal, drains: set[int], others: set[int], crashes: set[int]
) -> None:
    contents: dict[Address, Change] = {}
    everything = set(range(len(journal.entries)))
    _viewed(journal, everything, set(), contents)
    _viewed(journal, drains, set(), contents)
    _viewed(journal, others, crashes, contents)


@law(30)
@given(journals(policies=True))
def test_the_current_record_of_every_key_is_the_picture(journal: Journal) -> None:
    run, viewer = Run(POLICY, blobs=BLOBS), Viewer({})
    run.tick(journal.begins)
    run.take_all(journal.entries)
    run.tick(run.desk.clock + 6 * SECOND)
    viewer.told(current(run.desk))
    if not _anything_waits(run):
        assert viewer.shown() == run.shown()
    else:
        late = {key for waiting in run.desk.changes.waiting.values() for key in waiting}
        shown = {kind: {k: r for k, r in of.items() if k not in late} for kind, of in run.shown().items()}
        assert viewer.shown() == shown


def _anything_waits(run: Run) -> bool:
    return any(run.desk.changes.waiting.values())
