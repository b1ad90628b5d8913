"""Refused rows on Kafka: kept first, then told on the dead letters topic by place, reason and reference, no bytes."""

import msgspec

from ingest.feeding import Keeper
from schemas.dead_letters import DeadLetter, LetterTold
from schemas.kafka_log import KafkaClients, KafkaLog, partition_of
from schemas.realms import Realm
from schemas.slabs import slabs
from schemas.topics import DEAD_LETTERS


class TellingKeeper:
    """A Keeper that tells what it kept. LogUnreachable: it is kept, and may be kept and told again."""

    def __init__(self, keeper: Keeper, clients: KafkaClients, *, realm: Realm, area: str) -> None:
        self._keeper, self._key = keeper, area.encode()
        self._log = KafkaLog(clients, DEAD_LETTERS.of(realm), partition_of(area, DEAD_LETTERS))

    def keep(self, letters: list[DeadLetter]) -> None:
        """Keep refused rows, and say so."""
        self._keeper.keep(letters)
        messages = [(self._key, slab) for _, slab in slabs(map(_line, letters))]
        if messages:
            self._log.append(messages)


def _line(letter: DeadLetter) -> bytes:
    """Neither the value nor the bytes: both may be what somebody wrote."""
    return msgspec.json.encode(
        LetterTold(
            place=f"{letter.source} {letter.file} line {letter.line}",
            reason=letter.reason.value,
            rule=letter.rule if letter.field is None else f"{letter.field} {letter.rule}",
            reference=letter.reference,
        )
    )
