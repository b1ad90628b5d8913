"""The Kafka journal keeps the contract that the SQLite journal keeps, on a real broker."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from schemas.codec import encode_entry
from schemas.kafka_log import KafkaLog, partition_of
from schemas.topics import BESIDE, JOURNAL
from streams.journal import JournalForeign
from streams.kafka_journal import LINES, KafkaJournal
from tests.builders_journals import reported, reports
from tests.builders_kafka import AREA, realm_on, turns_of
from tests.builders_services import StartedBroker
from tests.contracts.journal_contract import DurableJournalContract, OpenJournal

pytestmark = pytest.mark.server


class TestKafkaKeepsTheContract(DurableJournalContract):
    @pytest.fixture
    def open_journal(self, broker: StartedBroker) -> Iterator[OpenJournal]:
        with ExitStack() as stack:
            clients, realm = stack.enter_context(realm_on(broker.bootstrap, JOURNAL, BESIDE))
            yield lambda: stack.enter_context(closing(KafkaJournal(clients, realm=realm, area=AREA)))


def test_areas_that_share_a_partition_share_nothing_else(broker: StartedBroker) -> None:
    one, two = "a", next(f"a{n}" for n in range(99) if partition_of(f"a{n}", JOURNAL) == partition_of("a", JOURNAL))
    with realm_on(broker.bootstrap, JOURNAL, BESIDE) as (clients, realm):
        mine, theirs = (KafkaJournal(clients, realm=realm, area=area) for area in (one, two))
        mine.append(reports(3))
        theirs.append(reports(2))
        mine.append(reports(1, first=4))
        sha256 = theirs.put_blob(b"policy")
        theirs.skip(next(offset for offset, _ in theirs.read()), "0" * 64, "")
        assert [entry for _, entry in mine.read()] == reports(4)
        assert [entry for _, entry in theirs.read()] == reports(2)
        assert (mine.position("file:one"), theirs.position("file:one")) == (4, 2)
        assert mine.skips() == {}
        assert mine.put_blob(b"policy") == sha256  # each area has its own


def test_entries_of_one_origin_position_stand_in_one_message(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, JOURNAL, BESIDE) as (clients, realm):
        journal = KafkaJournal(clients, realm=realm, area=AREA)
        entries = [*reports(199), *(reported(200, index=index) for index in range(7))]
        offsets = journal.append(entries)
        assert [offset // LINES - offsets[0] // LINES for offset in offsets] == [0] * 199 + [1] * 7
        with pytest.raises(ValueError, match="201 entries of one origin position"):
            journal.append([reported(201, index=index) for index in range(201)])


def test_no_message_is_sent_before_the_one_before_it_is_confirmed(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, JOURNAL, BESIDE) as (clients, realm):
        journal = KafkaJournal(clients, realm=realm, area=AREA)
        with turns_of(clients) as turns:
            journal.append(reports(900))
        assert turns.sent > 3
        assert turns.too_early == 0
        assert [entry for _, entry in journal.read()] == reports(900)


def test_rubbish_in_the_journal_is_left_out(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, JOURNAL, BESIDE) as (clients, realm):
        log = KafkaLog(clients, JOURNAL.of(realm), partition_of(AREA, JOURNAL))
        rubbish = b"rubbish\n" + encode_entry(reported(1)) + b'\n{"v":1,"t":"tick","d":{"at":"noon"}}\n\xff'
        log.append([(AREA.encode(), rubbish), (AREA.encode(), b"")])
        journal = KafkaJournal(clients, realm=realm, area=AREA)
        assert list(journal.read()) == [(1, reported(1))]


def test_an_entry_of_a_newer_version_is_refused_by_place(broker: StartedBroker) -> None:
    with realm_on(broker.bootstrap, JOURNAL, BESIDE) as (clients, realm):
        log = KafkaLog(clients, JOURNAL.of(realm), partition_of(AREA, JOURNAL))
        newer = encode_entry(reported(2)).replace(b'"v":1', b'"v":9')
        log.append([(AREA.encode(), encode_entry(reported(1)) + b"\n" + newer)])
        with pytest.raises(JournalForeign, match="entry 1: version 9 is not known here"):
            list(KafkaJournal(clients, realm=realm, area=AREA).read())
