"""Law: a crash at any entry and a resume from the desk's own bytes is no crash; and looking on changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.journal import Entry, Tick
from schemas.times import HOUR
from streams.core.digest import digest
from streams.core.state import decode, encode_ledgers, encode_tonight
from tests.simulation.drawn import BLOBS, POLICY, Journal, journals, law
from tests.simulation.run import Run, first_difference, state


def _begun(journal: Journal) -> Run:
    run = Run(POLICY, blobs=BLOBS)
    run.tick(journal.begins)
    return run


def _lived_on(journal: Journal) -> tuple[Entry, ...]:
    """A journal and the two nights after it."""
    clock = max(entry.fact.at for entry in journal.entries if isinstance(entry.fact, Tick))
    return (*journal.entries, *(Entry(fact=Tick(at=clock + hours * HOUR, live=False)) for hours in (1, 9, 18, 40)))


@law(50)
@given(journals(policies=True), st.sets(st.integers(0, 60), min_size=1))
def test_a_crash_at_any_entry_is_no_crash(journal: Journal, crashes: set[int]) -> None:
    through, crashed = _begun(journal), _begun(journal)
    for number, entry in enumerate(_lived_on(journal)):
        through.take(entry)
        crashed.take(entry)
        if number in crashes:
            crashed.crash()
            assert crashed.shown() == through.shown(), f"after a crash at entry {number}"
        mine, theirs = state(through.desk), state(crashed.desk)
        assert mine[0] == theirs[0], f"after entry {number}: {first_difference(mine[0], theirs[0])}"
        assert mine[1] == theirs[1], f"after entry {number}: {first_difference(mine[1], theirs[1])}"
    assert digest(through.desk) == digest(crashed.desk)


@law(40)
@given(journals(policies=True), st.sets(st.integers(0, 60)))
def test_looking_on_changes_nothing(journal: Journal, drains: set[int]) -> None:
    unseen, seen = _begun(journal), _begun(journal)
    for number, entry in enumerate(_lived_on(journal)):
        unseen.take(entry)
        seen.take(entry)
        if number in drains:
            seen.drain()
            seen.shown()
        mine, theirs = state(unseen.desk), state(seen.desk)
        assert mine == theirs, f"after entry {number}: {first_difference(mine[0], theirs[0])}"


@law(50)
@given(journals(policies=True))
def test_ledgers_of_an_unchanged_number_are_unchanged(journal: Journal) -> None:
    """The engine writes the ledgers it has while `ledger_changes` stands still; they must restore the same desk."""
    run = _begun(journal)
    known = run.desk.ledger_changes, encode_ledgers(run.desk)
    for number, entry in enumerate(_lived_on(journal)):
        run.take(entry)
        if run.desk.ledger_changes != known[0]:
            known = run.desk.ledger_changes, encode_ledgers(run.desk)
        restored = decode(encode_tonight(run.desk), known[1], run.borough, run.blobs.__getitem__)
        mine, theirs = state(run.desk), state(restored)
        assert mine[0] == theirs[0], f"after entry {number}: {first_difference(mine[0], theirs[0])}"
        assert mine[1] == theirs[1], f"after entry {number}: {first_difference(mine[1], theirs[1])}"


@law(30)
@given(journals(policies=True))
def test_the_same_journal_again_is_the_same_desk(journal: Journal) -> None:
    one, other = _begun(journal).take_all(_lived_on(journal)), _begun(journal).take_all(_lived_on(journal))
    assert state(one.desk) == state(other.desk)
    assert one.drain() == other.drain()
