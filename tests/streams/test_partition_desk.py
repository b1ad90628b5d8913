"""A partition's desks on a real broker: they restore, take what comes, read what is missing, leave out what is bad."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache

import pytest

from schemas.brokers import Brokers
from schemas.journal import Entry, Origin, ReferenceAdopted, Tick
from schemas.kafka_log import KafkaClients, KafkaLog, Message, partition_of
from schemas.picture import Change, Kind
from schemas.realms import EXERCISE, Realm
from schemas.slabs import lines_of
from schemas.told import Census, DeskTold, DeskWord, Told, decode_told
from schemas.topics import JOURNAL, PICTURE, VERDICTS
from schemas.verdicts import Judged, Judgement, decode_judged
from streams.core.desk import FOLD_VERSION
from streams.core.digest import digest
from streams.core.state import LEDGERS, TONIGHT, encode_ledgers, encode_tonight
from streams.desk_words import TAIL_LOST
from streams.kafka_journal import KafkaJournal
from streams.kafka_snapshots import KafkaSnapshots
from streams.kafka_topics import TopicAdministration
from streams.kept_desk import Interrupted
from streams.partition_desk import SAVED_FROM, PartitionDesk, begin
from streams.restore import refold
from tests.builders_journals import reported, unfoldable
from tests.builders_kafka import AREA, realm_on
from tests.builders_night import westminster
from tests.builders_services import StartedBroker
from tests.simulation import seeded
from tests.simulation.engines import House

pytestmark = pytest.mark.server
PARTITION = partition_of(AREA, JOURNAL)


@cache
def entries() -> list[Entry]:
    """A night, as a replay writes it, without what begins a journal."""
    house = House()
    house.replay(seeded.records(3, nights=1, reports=40))
    return house.entries()[2:]


class Owner:
    """Whoever owns the partition, and the journal that others append to."""

    def __init__(self, clients: KafkaClients, realm: Realm) -> None:
        self.clients, self.realm = clients, realm
        self.journal = KafkaJournal(clients, realm=realm, area=AREA)
        self._log = KafkaLog(clients, JOURNAL.of(realm), PARTITION)
        self._picture = KafkaLog(clients, PICTURE.of(realm), partition_of(AREA, PICTURE))
        begin(self.journal, westminster().policy)
        self.desk = self.another()

    def another(self) -> PartitionDesk:
        """A desk on the same partition that knows nothing yet."""
        return PartitionDesk(self.clients, PARTITION, [westminster()], realm=self.realm, now=lambda: 0)

    def snapshots(self) -> KafkaSnapshots:
        """Where the area's are kept."""
        return KafkaSnapshots(
            self.clients, realm=self.realm, area=AREA, fold_version=FOLD_VERSION, clock=self.clients.clock
        )

    def append(self, start: int, stop: int) -> list[Message]:
        """Some of the night, appended; the messages that hold them."""
        first = self._log.ends()[1]
        self.journal.append(entries()[start:stop])
        return list(self._log.read(first))

    def told(self) -> list[Told]:
        """Everything on the picture topic."""
        return [decode_told(line) for message in self._picture.read() for line in lines_of(message.value)]

    def judged(self) -> list[Judged]:
        """Everything on the verdicts topic."""
        log = KafkaLog(self.clients, VERDICTS.of(self.realm), partition_of(AREA, VERDICTS))
        return [decode_judged(line) for message in log.read() for line in lines_of(message.value)]

    def is_right(self) -> bool:
        """Whether the desk is what its journal says."""
        return digest(self.desk.desks[AREA]) == digest(refold(self.journal, westminster().borough))


@contextmanager
def owner_on(bootstrap: str) -> Iterator[Owner]:
    with realm_on(bootstrap) as (clients, realm):
        yield Owner(clients, realm)


def test_a_restore_tells_all_and_between_two_marks_every_key(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.append(0, len(entries()))
        owner.desk.restore(lambda: False)
        assert owner.is_right()
        told = owner.told()
        words = [one.word for one in told if isinstance(one, DeskTold)]
        assert (words[0], words[-1]) == (DeskWord.CATCHING_UP, DeskWord.LIVE)
        began, ended = (number for number, one in enumerate(told) if isinstance(one, Census))
        counted = {(one.kind, one.key) for one in told[began:ended] if isinstance(one, Change)}
        newest = {(one.kind, one.key): one for one in told if isinstance(one, Change)}
        assert counted == {key for key, one in newest.items() if one.record is not None and one.live}


def counted_in(told: list[Told]) -> set[tuple[Kind, str]]:
    """The keys that stand by the last census."""
    began, ended = [number for number, one in enumerate(told) if isinstance(one, Census)][-2:]
    last = told[ended]
    assert isinstance(last, Census)
    assert last.by != ""
    return {(one.kind, one.key) for one in told[began:ended] if isinstance(one, Change)} | set(last.waiting)


def test_a_census_counts_what_waits_for_the_five_second_mark(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.desk.restore(lambda: False)
        waiting: set[tuple[Kind, str]] = set()
        for number in range(len(entries())):
            owner.desk.take(owner.append(number, number + 1))
            changes = owner.desk.desks[AREA].changes
            waiting = {
                (kind, key) for kind, keys in changes.waiting.items() for key in keys & set(changes.versions[kind])
            }
            if waiting:
                break
        owner.desk.resume()
        assert waiting, "some of what is shown has changed since"
        assert waiting <= counted_in(owner.told())
        owner.another().restore(lambda: False)
        assert len({one.by for one in owner.told() if isinstance(one, Census)}) == 2


def test_what_comes_is_folded_once_and_what_is_missing_is_read_from_the_journal(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.desk.restore(lambda: False)
        first = owner.append(0, 20)
        owner.desk.take(first)
        owner.desk.take(first)  # Kafka gives it again after a rebalance
        owner.append(20, 40)  # never given
        owner.desk.take(owner.append(40, 60))
        assert owner.desk.behind() == 0
        assert owner.is_right()
        owner.append(60, 80)
        owner.desk.resume()
        assert owner.is_right()


def test_two_owners_say_the_same_of_each_version(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        other = owner.another()
        owner.desk.restore(lambda: False)
        other.restore(lambda: False)
        for start in range(0, 80, 20):
            messages = owner.append(start, start + 20)
            owner.desk.take(messages)
            other.take(messages)
            other.save()
        changes = [one for one in owner.told() if isinstance(one, Change)]
        said: dict[tuple[str, str, int, int], Change] = {}
        for one in changes:
            assert said.setdefault((one.kind, one.key, one.offset, one.index), one) == one
        assert len(changes) > len(said)


def test_whoever_folded_much_to_begin_leaves_a_snapshot_at_once(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.append(0, 40)
        at = max(entry.fact.at for entry in entries()[:40] if isinstance(entry.fact, Tick))
        owner.journal.append([Entry(fact=Tick(at=at + number, live=False)) for number in range(1, SAVED_FROM)])
        owner.desk.restore(lambda: False)
        found = owner.snapshots().newest(owner.journal.end)
        assert found is not None
        assert found.next_offset == owner.journal.end


def test_an_entry_that_cannot_be_folded_is_left_out_by_every_owner(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.desk.restore(lambda: False)
        owner.desk.take(owner.append(0, 20))
        first = owner.desk.next_message
        bad = Entry(fact=ReferenceAdopted(sha256=owner.journal.put_blob(b'{"not": "a policy"}')))
        (bad_at,) = owner.journal.append([bad])
        owner.desk.take(list(KafkaLog(owner.clients, JOURNAL.of(owner.realm), PARTITION).read(first)))
        assert list(owner.journal.skips()) == [bad_at]
        assert owner.desk.skipped == 1
        owner.desk.take(owner.append(20, 40))
        assert owner.is_right()
        other = owner.another()
        other.restore(lambda: False)
        assert digest(other.desks[AREA]) == digest(owner.desk.desks[AREA])


def test_an_api_line_that_cannot_be_folded_is_answered_as_left_out_by_every_owner(broker: StartedBroker) -> None:
    """Else whoever sent it sends it again and again, until the area stops."""
    far, near = Origin(stream="api/0", position=1), Origin(stream="api/0", position=2)
    with owner_on(broker.bootstrap) as owner:
        owner.desk.restore(lambda: False)
        owner.desk.take(owner.append(0, 20))
        owner.journal.append([unfoldable(far), Entry(fact=reported(1).fact, origin=near)])
        owner.desk.catch_up()
        assert len(owner.journal.skips()) == 1
        assert {judged.origin: judged.verdict.judgement for judged in owner.judged()} == {
            far: Judgement.LEFT_OUT,
            near: Judgement.ACCEPTED,
        }
        before = len(owner.judged())
        owner.another().restore(lambda: False)
        assert owner.judged()[before:] == owner.judged()[before - 2 : before]


def test_a_restore_can_be_broken_off_and_done_again(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.append(0, len(entries()))
        with pytest.raises(Interrupted):
            owner.desk.restore(lambda: True)
        owner.desk.restore(lambda: False)
        assert owner.is_right()


def test_a_journal_that_lost_its_end_is_said_by_its_owner(broker: StartedBroker) -> None:
    with owner_on(broker.bootstrap) as owner:
        owner.append(0, 20)
        owner.desk.restore(lambda: False)
        desk = owner.desk.desks[AREA]
        owner.snapshots().write(owner.journal.end + 5, {TONIGHT: encode_tonight(desk), LEDGERS: encode_ledgers(desk)})
        before, another = len(owner.told()), owner.another()
        another.restore(lambda: False)
        another.take(owner.append(20, 40))
        words = [one for one in owner.told()[before:] if isinstance(one, DeskTold)]
        assert [(one.word, one.trouble) for one in words] == [
            (DeskWord.CATCHING_UP, None),
            (DeskWord.LIVE, TAIL_LOST),
            (DeskWord.LIVE, TAIL_LOST),
        ]


def test_the_owner_ticks_every_area_in_its_journal_where_time_is_the_worlds(broker: StartedBroker) -> None:
    with closing(KafkaClients(Brokers(bootstrap=broker.bootstrap), "test")) as clients:
        with closing(TopicAdministration(clients.brokers, EXERCISE)) as administration:
            administration.create()
        owner = Owner(clients, EXERCISE)
        desk = PartitionDesk(clients, PARTITION, [westminster()], realm=EXERCISE, now=lambda: 1_000_000)
        desk.restore(lambda: False)
        for _ in range(2):  # the second time its clock does not go on: there is nothing to say
            desk.tick()
            desk.catch_up()
        ticks = [entry.fact for _, entry in owner.journal.read() if isinstance(entry.fact, Tick)]
        assert ticks == [Tick(at=1_000_000)]
        assert desk.ticked_at is not None
        told = [one for one in owner.told() if isinstance(one, DeskTold)]
        assert (told[-1].word, told[-1].at) == (DeskWord.LIVE, 1_000_000)
