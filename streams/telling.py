"""What a desk tells others on Kafka: changes, how it stands, a census, and verdicts, each under its area's key."""

from collections.abc import Iterable
from typing import Final

from schemas.journal import Entry
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.picture import Change, Kind
from schemas.realms import Realm
from schemas.slabs import slabs
from schemas.told import Census, DeskTold, encode_told
from schemas.topics import API, PICTURE, VERDICTS
from schemas.verdicts import Judged, Judgement, encode_judged
from streams.core.desk import Desk
from streams.judging import verdict_on
from streams.restore import Told

_ASKED: Final = f"{API.name}/"
"""What begins the names of the streams whose lines are answered: the partitions of the api topic."""


class Telling:
    """One area's, by one owner, whose name nobody else has. Everything is confirmed on return; LogUnreachable: nobody
    knows whether it was."""

    def __init__(self, clients: KafkaClients, *, realm: Realm, area: str, by: str) -> None:
        self._picture = KafkaLog(clients, PICTURE.of(realm), partition_of(area, PICTURE))
        self._verdicts = KafkaLog(clients, VERDICTS.of(realm), partition_of(area, VERDICTS))
        self._key, self._by = area.encode(), by
        self._waiting: list[Judged] = []

    def judged(self, desk: Desk, entry: Entry, judgement: Judgement | None) -> None:
        """Note the verdict on what came by the api topic; it goes out before what changed does."""
        origin = entry.origin
        if origin is not None and origin.stream.startswith(_ASKED):
            self._waiting.append(Judged(origin=origin, verdict=verdict_on(desk, entry.fact, judgement)))

    def changes(self, changes: Iterable[Change]) -> Told:
        """Tell verdicts, then what changed."""
        if self._waiting:
            self.verdicts(self._waiting)
            self._waiting.clear()
        self._send(self._picture, map(encode_told, changes))
        return Told.SAFE

    def census(self, changes: Iterable[Change], waiting: tuple[tuple[Kind, str], ...], next_offset: int) -> Told:
        """Tell that these, and those that wait for their time, are all keys there are, at an offset."""
        began = Census(offset=next_offset, ended=False, by=self._by)
        ended = Census(offset=next_offset, ended=True, by=self._by, waiting=waiting)
        self._send(self._picture, [encode_told(began), *map(encode_told, changes), encode_told(ended)])
        return Told.SAFE

    def word(self, word: DeskTold) -> None:
        """Tell how the desk stands."""
        self._send(self._picture, [encode_told(word)])

    def verdicts(self, judged: Iterable[Judged]) -> None:
        """Answer whoever asked."""
        self._send(self._verdicts, map(encode_judged, judged))

    def _send(self, log: KafkaLog, lines: Iterable[bytes]) -> None:
        if messages := [(self._key, slab) for _, slab in slabs(lines)]:
            log.append(messages)
