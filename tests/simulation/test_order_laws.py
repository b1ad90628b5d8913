"""Law: whatever the order of arrival, windows, incidents and nights are those of the slow oracle."""

from hypothesis import given

from schemas.picture import Incident, Kind, NightSummary
from schemas.times import HOUR, instant
from streams.core.records import record_of
from streams.core.sightings import incident_id
from tests.simulation import oracle
from tests.simulation.drawn import POLICY, Journal, journals, law
from tests.simulation.run import Run


def _begun(journal: Journal) -> Run:
    run = Run(POLICY)
    run.tick(journal.begins)
    return run


@law(60)
@given(journals())
def test_after_every_entry_incidents_and_windows_are_the_oracles(journal: Journal) -> None:
    run = _begun(journal)
    for number, entry in enumerate(journal.entries):
        run.take(entry)
        incidents = oracle.fused(oracle.seen_in(oracle.told_once(journal.entries[: number + 1]), POLICY))
        assert run.members() == oracle.spelled(incidents), f"after entry {number}"
        assert run.windows() == oracle.windows(incidents, POLICY, run.borough, run.desk.clock), f"after entry {number}"


@law(60)
@given(journals(reports_max=16))
def test_at_the_end_nights_and_picture_are_the_oracles(journal: Journal) -> None:
    run = _begun(journal).take_all(journal.entries)
    incidents = oracle.fused(oracle.seen_in(oracle.told_once(journal.entries), POLICY))
    for key, wanted in oracle.nights(incidents, POLICY).items():
        summary = record_of(run.desk, Kind.NIGHT, key)
        assert isinstance(summary, NightSummary)
        counts = {one.category_group.value: one.count for one in summary.groups if one.count}
        assert {**counts, "reports": summary.reports} == wanted
        assert summary.incidents == sum(counts.values())
    shown = run.shown()
    assert {key: _count(one) for key, one in shown[Kind.WINDOWS].items() if _count(one)} == oracle.windows(
        incidents, POLICY, run.borough, run.desk.clock
    )


@law(60)
@given(journals())
def test_every_report_is_in_one_incident_and_every_incident_is_named_after_a_member(journal: Journal) -> None:
    run = _begun(journal)
    for entry in journal.entries:
        run.take(entry)
        members = [member for one in run.desk.incidents.known.values() for member in one.cluster.members]
        assert len(members) == len({member.key for member in members})
        for id_, incident in run.desk.incidents.known.items():
            assert id_ in {incident_id(member.key) for member in incident.cluster.members}


@law(60)
@given(journals())
def test_after_every_entry_what_was_seen_is_the_oracles(journal: Journal) -> None:
    run = _begun(journal)
    for number, entry in enumerate(journal.entries):
        run.take(entry)
        looked = oracle.looked_at(journal.entries[: number + 1])
        for id_, known in run.desk.incidents.known.items():
            record = record_of(run.desk, Kind.INCIDENTS, id_)
            assert isinstance(record, Incident)
            wanted = [looked.get(member.key) for member in known.cluster.members]
            assert [member.seen_at and instant(member.seen_at) for member in record.members] == wanted
            unseen = None in wanted
            assert record.seen_at == (
                None if unseen else max(member.seen_at for member in record.members if member.seen_at)
            )


@law(30)
@given(journals())
def test_counts_never_fall_below_zero_and_everything_leaves_in_time(journal: Journal) -> None:
    run = _begun(journal).take_all(journal.entries)
    assert all(count > 0 for count in run.windows().values())
    assert all(count >= 0 for count in run.desk.counts.incidents.values())
    for tally in run.desk.nights.known.values():
        assert min(tally.groups.values(), default=0) >= 0
        assert tally.late <= tally.reports
        assert min(tally.reports, tally.late, tally.corrected, tally.withdrawn, tally.below) >= 0
    run.tick(run.desk.clock + 48 * HOUR)
    run.drain()
    shown = run.shown()
    assert shown[Kind.WINDOWS] == {}
    assert shown[Kind.INCIDENTS] == {}


def _count(record: object) -> int:
    count = getattr(record, "count", 0)
    assert isinstance(count, int)
    return count
