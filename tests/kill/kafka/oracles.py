"""What must be true of what is left, whatever befell it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from schemas.journal import Reported
from schemas.kafka_log import Message
from schemas.picture import Change, Kind
from schemas.slabs import lines_of
from schemas.told import decode_told
from schemas.verdicts import NOT_TAKEN, Judgement
from streams.core.digest import digest
from streams.intake import Intake
from tests.kill.consoles import Console
from tests.kill.kafka.left import Left
from tests.kill.kafka.phones import Answer, Phone
from tests.kill.oracles import as_json, seen_by_operations
from tests.simulation.seeded import Sent

STATUSES: Final = (("received",), ("corrected", "withdrawn"), ("withdrawn",))
"""What a receipt may say of a first, second and third revision."""


def every_desk_agrees(left: Left) -> None:
    """The journal folded in memory is what the last owner left; what stands in it twice counts once."""
    assert left.skips == {}
    assert digest(left.restored) == digest(left.folded.desk)
    assert digest(left.once.desk) == digest(left.folded.desk)


def every_record_stands(left: Left, sent: Sequence[Sent]) -> None:
    """Each record in its own words, and in its stream's order, so that none was passed over as a repeat."""
    intake, written = Intake(left.area), left.folded.written()
    facts = {(at.stream, at.position, at.index): intake.fact(record) for record, at in sent}
    missing = [place for place, fact in facts.items() if fact is not None and place not in written]
    assert missing == [], "sent, confirmed, and not in the journal"
    wrong = [place for place, fact in facts.items() if fact is not None and set(written[place]) != {fact}]
    assert wrong == []
    assert {place for place in written if place[0].endswith(":kill")} <= facts.keys()
    firsts = defaultdict[str, list[tuple[int, int]]](list)
    for stream, position, index in written:
        firsts[stream].append((position, index))
    late = {stream: places for stream, places in firsts.items() if places != sorted(places)}
    assert late == {}, "what came after its successor counts for nothing"


def every_report_stands_once(
    left: Left, phones: Iterable[Phone], receipts: Iterable[dict[str, dict[str, Any]]]
) -> None:
    """Each report that was answered is there under its id, in one incident, as it was said last; nothing else is."""
    said = {id_: standing for phone in phones for id_, standing in phone.said.items()}
    streams = {
        entry.fact.source_id: entry.origin.stream
        for _, entry in left.folded.entries
        if entry.origin is not None and isinstance(entry.fact, Reported)
    }
    assert {id_ for id_, stream in streams.items() if stream.startswith("api")} == said.keys()
    members = left.folded.members()
    for id_, stands in said.items():
        found = members.get(f"sbn:{id_}", [])
        for each in receipts:
            receipt = each[id_]
            assert (receipt["revision"], receipt["severity"]) == (stands["revision"], stands["severity"]), receipt
            if stands["gone"]:
                assert (receipt["status"], receipt["incident"], found) == ("withdrawn", None, []), receipt
            else:
                assert found == [(receipt["incident"], stands["revision"], stands["severity"])], (receipt, found)
                assert receipt["status"] == ("corrected" if stands["revision"] else "received"), receipt


def every_verdict_was_right(left: Left, answers: Iterable[Answer]) -> None:
    """What a phone was told at the time: the incident is one that its report was in, and nothing was refused."""
    for answer in answers:
        receipt, judged = answer.receipt, left.folded.judged[answer.report, answer.revision]
        assert receipt["id"] == answer.report
        assert judged not in NOT_TAKEN, answer
        if answer.status == 202:
            continue
        assert receipt["revision"] == answer.revision, answer
        assert receipt["status"] in STATUSES[answer.revision], answer
        if receipt["status"] == "withdrawn" or judged is Judgement.HELD:  # it came before what it puts right
            assert receipt["incident"] is None, answer
        else:
            assert receipt["incident"] in left.folded.incidents[f"sbn:{answer.report}"], answer


def every_console_is_right(left: Left, fresh: Sequence[Console], consoles: Iterable[Console]) -> None:
    """Every console ends as a new one, on every push process, and that is the picture."""
    shown = fresh[0].picture.state
    for console in (*fresh, *consoles):
        assert console.picture.state == shown
    held = {(kind, key): record for kind, records in shown.items() for key, record in records.items()}
    seen = {(one.kind.value, one.key): seen_by_operations(one) for one in left.settled()}
    settled = {place: record for place, record in seen.items() if record is not None}
    assert {place: record for place, record in held.items() if place in settled} == settled
    assert held.keys() <= left.live_or_waiting()
    assert any(kind == Kind.INCIDENTS for kind, _ in held)


def every_list_is_right(fresh: Console, lists: Sequence[dict[str, Any]]) -> None:
    """What each api process lists is what consoles show."""
    for listed in lists:
        assert listed == fresh.picture.state["incidents"]


def the_record_is_the_picture(left: Left) -> None:
    """PostgreSQL's newest row of each key is the picture's, and nothing else is live there."""
    recorded = left.recorded()
    settled = {(one.kind.value, one.key): ((one.offset, one.index), as_json(one.record)) for one in left.settled()}
    assert {place: recorded.get(place) for place in settled} == settled
    live = {place for place, (_, body) in recorded.items() if body is not None}
    assert live <= left.live_or_waiting()


def no_version_says_two_things(told: Sequence[Message]) -> None:
    """However many owners told it: one version of one key is one record."""
    said: dict[tuple[Kind, str, int, int], Change] = {}
    for message in told:
        for one in map(decode_told, lines_of(message.value)):
            if isinstance(one, Change):
                first = said.setdefault((one.kind, one.key, one.offset, one.index), one)
                assert first == one
