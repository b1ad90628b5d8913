"""Intake on Kafka: what arrives is appended in order, and what cannot be is told, and holds nothing up."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from msgspec.structs import replace

from schemas.codec import NewerCodec, Sent, encode_sent
from schemas.dead_letters import LetterTold
from schemas.feeds import NoiseTrigger, SbnReport
from schemas.journal import Entry, Origin, Reported, Tick
from schemas.kafka_log import KafkaClients, KafkaLog, Message, partition_of
from schemas.realms import Realm
from schemas.slabs import lines_of
from schemas.telemetry import Metric
from schemas.topics import API, BESIDE, DEAD_LETTERS, JOURNAL, VERDICTS, Topic
from schemas.verdicts import Judged, Judgement, decode_judged
from streams.arriving import Arrived, Arriving
from streams.kafka_journal import KafkaJournal
from tests.builders_contracts import feed_records
from tests.builders_kafka import AREA, realm_on
from tests.builders_night import westminster
from tests.builders_services import StartedBroker

pytestmark = pytest.mark.server
SBN, CAMERA = (
    next(record for record in feed_records() if isinstance(record, kind)) for kind in (SbnReport, NoiseTrigger)
)


class Desk:
    """One realm's intake, and what became of what it took."""

    def __init__(self, clients: KafkaClients, realm: Realm) -> None:
        self.counted: list[tuple[object, ...]] = []
        self._clients, self._realm = clients, realm
        self._arriving = Arriving(
            clients, [westminster()], realm=realm, count=lambda *count: self.counted.append(count)
        )

    def takes(self, *lines: bytes, topic: str = "feed.sbn", offset: int = 40, key: str = AREA) -> None:
        """One message."""
        self._arriving.take([Arrived(topic, 5, Message(offset, key.encode(), b"\n".join(lines)))])

    def entries(self) -> list[Entry]:
        """What stands in the journal."""
        return [entry for _, entry in KafkaJournal(self._clients, realm=self._realm, area=AREA).read()]

    def lines(self, topic: Topic, area: str = AREA) -> list[bytes]:
        """What stands on the area's partition of a topic."""
        log = KafkaLog(self._clients, topic.of(self._realm), partition_of(area, topic))
        return [line for message in log.read() for line in lines_of(message.value)]

    def letters(self, area: str = AREA) -> list[LetterTold]:
        """What could not be taken."""
        return [msgspec.json.decode(line, type=LetterTold) for line in self.lines(DEAD_LETTERS, area)]


@pytest.fixture(scope="module")
def bootstrap(broker: StartedBroker) -> str:
    return broker.bootstrap


@contextmanager
def desk_on(bootstrap: str) -> Iterator[Desk]:
    with realm_on(bootstrap, JOURNAL, BESIDE, VERDICTS, DEAD_LETTERS) as (clients, realm):
        yield Desk(clients, realm)


def sent(record: SbnReport | NoiseTrigger | Tick, origin: Origin | None = None) -> bytes:
    return encode_sent(Sent(said=record, origin=origin))


def test_entries_carry_their_place_or_the_place_that_their_sender_gave(bootstrap: str) -> None:
    given = Origin(stream="file:one", position=3)
    with desk_on(bootstrap) as desk:
        desk.takes(sent(SBN), sent(replace(SBN, source_id="r-2"), given))
        reported = [entry for entry in desk.entries() if isinstance(entry.fact, Reported)]
        assert [entry.origin for entry in reported] == [Origin(stream="feed.sbn/5", position=41, index=0), given]


def test_in_a_replay_one_tick_goes_before_what_was_received_later(bootstrap: str) -> None:
    later = replace(SBN, source_id="r-2", received_at=SBN.received_at + 5_000)
    with desk_on(bootstrap) as desk:
        desk.takes(sent(SBN), sent(replace(SBN, source_id="r-1")), sent(later))
        desk.takes(sent(Tick(at=later.received_at + 9_000, live=False)), offset=41)
        kinds = [entry.fact.at if isinstance(entry.fact, Tick) else "report" for entry in desk.entries()]
        assert kinds == [
            SBN.received_at, "report", "report", later.received_at, "report", later.received_at + 9_000,
        ]  # fmt: skip


def test_rubbish_and_what_makes_no_fact_go_to_dead_letters_by_their_place(bootstrap: str) -> None:
    with desk_on(bootstrap) as desk:
        desk.takes(b"rubbish", sent(replace(CAMERA, camera="nowhere")), sent(SBN), b'{"v":1,"t":"tick","d":{}}')
        assert len([entry for entry in desk.entries() if isinstance(entry.fact, Reported)]) == 1
        assert [(letter.place, letter.reason) for letter in desk.letters()] == [
            ("feed.sbn/5 message 40 line 0", "unreadable"),
            ("feed.sbn/5 message 40 line 1", "unfit"),
            ("feed.sbn/5 message 40 line 3", "unreadable"),
        ]
        assert all(b"rubbish" not in line for line in desk.lines(DEAD_LETTERS))
        assert Counter(desk.counted) == {
            (Metric.REJECTED, 1, "sbn", "unreadable"): 2,
            (Metric.REJECTED, 1, "sbn", "unfit"): 1,
        }


def test_a_letter_and_the_log_say_where_and_never_what_stood_there(
    bootstrap: str, caplog: pytest.LogCaptureFixture
) -> None:
    words = sent(SBN).replace(b'"category":"', b'"category":"Ann\'s flat ')
    with desk_on(bootstrap) as desk:
        desk.takes(words, sent(replace(SBN, lat=95.123)))
        unreadable, unfit = desk.letters()
        assert "$.category" in unreadable.rule
        assert unfit.rule.startswith("ValueError at ")
        told = caplog.text + "".join(line.decode() for line in desk.lines(DEAD_LETTERS))
        assert "flat" not in told
        assert "95.123" not in told


def test_whoever_asked_hears_of_what_is_left_out(bootstrap: str) -> None:
    with desk_on(bootstrap) as desk:
        desk.takes(sent(SBN), b"rubbish", sent(replace(CAMERA, camera="nowhere")), topic="api")
        judged = [decode_judged(line) for line in desk.lines(VERDICTS)]
        assert [(one.origin.index, one.verdict.judgement) for one in judged] == [
            (1, Judgement.LEFT_OUT),
            (2, Judgement.LEFT_OUT),
        ]


def test_what_lies_outside_is_counted_and_answered_where_somebody_asked(bootstrap: str) -> None:
    elsewhere = replace(SBN, lat=10.0)
    with desk_on(bootstrap) as desk:
        desk.takes(sent(elsewhere))
        desk.takes(sent(SBN), sent(elsewhere), topic="api")
        assert desk.counted == [(Metric.OUTSIDE, 1, "sbn"), (Metric.OUTSIDE, 1, "api")]
        judged = [decode_judged(line) for line in desk.lines(VERDICTS)]
        place = Origin(stream=f"{API.name}/5", position=41, index=1)
        assert [(one.origin, one.verdict.judgement) for one in judged] == [(place, Judgement.OUTSIDE)]
        assert isinstance(judged[0], Judged)


def test_an_area_that_nobody_named_goes_to_dead_letters_and_holds_no_other_up(
    bootstrap: str, caplog: pytest.LogCaptureFixture
) -> None:
    with desk_on(bootstrap) as desk:
        desk.takes(sent(SBN), sent(SBN), key="atlantis")
        desk.takes(sent(SBN))
        assert len([entry for entry in desk.entries() if isinstance(entry.fact, Reported)]) == 1
        (letter,) = desk.letters("atlantis")
        assert (letter.place, letter.reason) == ("feed.sbn/5 message 40", "unknown_area")
        assert "NIGHTDESK_AREAS" in letter.rule
        assert desk.counted == [(Metric.REJECTED, 2, "sbn", "unknown_area")]
        assert caplog.text.count("NIGHTDESK_AREAS") == 1


def test_a_line_of_a_newer_nightdesk_ends_the_worker_and_nothing_of_the_batch_is_appended(bootstrap: str) -> None:
    with desk_on(bootstrap) as desk:
        with pytest.raises(NewerCodec, match="version 9"):
            desk.takes(sent(SBN), sent(SBN).replace(b'"v":1', b'"v":9'))
        with pytest.raises(NewerCodec, match="drone_flight"):
            desk.takes(sent(SBN), sent(SBN).replace(b'"t":"sbn_report"', b'"t":"drone_flight"'))
        assert desk.entries() == []
