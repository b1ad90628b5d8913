"""Verdicts heard: each line that was sent on the api topic is answered on the verdicts topic, under its place."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from kafka import TopicPartition

from schemas.kafka_log import KafkaClients, LogUnreachable, named, partition_of
from schemas.log import log_of
from schemas.realms import Realm
from schemas.slabs import lines_of
from schemas.topics import API, VERDICTS
from schemas.verdicts import Judged, Verdict, decode_judged

UNASKED_MAX: Final = 5_000
"""Verdicts that nobody here waits for yet: of other processes' lines, or come before the sender knew the place."""
SILENT_SECONDS: Final = 120.0
"""How long a verdict is waited for; then the lines are sent again, and the fold counts them once."""
RETRY_SECONDS: Final = 1.0
Place = tuple[str, int, int]
_log: Final = log_of("verdicts")


class DeskSilent(Exception):
    """No verdict came; what was said stands on the api topic and may be judged yet."""


@dataclass(slots=True)
class _Asked:
    """Lines of one message, and the verdicts that came."""

    lines: int
    future: "Future[list[Verdict]]"
    since: float
    verdicts: dict[int, Verdict] = field(default_factory=dict)


class Verdicts:
    """Hears the verdicts of one area, in a thread. `stop` ends it; whoever waits is told that the desk is silent.

    `ended` is done when the thread is: when it was told to stop, else with what ended it.
    """

    def __init__(self, clients: KafkaClients, *, realm: Realm, area: str, clock: Callable[[], float]) -> None:
        self.ended: Future[None] = Future()
        self._clients, self._area, self._clock = clients, area, clock
        self._at = TopicPartition(VERDICTS.of(realm), partition_of(area, VERDICTS))
        self._stream = f"{API.name}/{partition_of(area, API)}"
        self._lock = threading.Lock()
        self._asked: dict[int, _Asked] = {}
        self._unasked: OrderedDict[tuple[int, int], Verdict] = OrderedDict()
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._heard_to: int | None = None
        self._thread = threading.Thread(target=self._run, name="verdicts", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is asked is not answered any more."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(RETRY_SECONDS * 2)
        self._give_up(before=None)

    def wait_until_listening(self, seconds: float) -> bool:
        """Whether everything that is sent from now on will be heard of."""
        return self._listening.wait(seconds)

    def ask(self, position: int, lines: int, future: "Future[list[Verdict]]") -> None:
        """Answer the future with the verdicts on the lines of the message that stands at a position."""
        with self._lock:
            asked = self._asked[position] = _Asked(lines, future, self._clock())
            for index in range(lines):
                if (verdict := self._unasked.pop((position, index), None)) is not None:
                    asked.verdicts[index] = verdict
        self._answer(position)

    def _run(self) -> None:
        try:
            self._hear_on()
        except BaseException as error:  # noqa: BLE001 - the thread's boundary: kept for the process to end with
            self.ended.set_exception(error)
        else:
            self.ended.set_result(None)

    def _hear_on(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._clients.consumer() as consumer, named("Verdicts cannot be heard"):
                    self._listen(consumer)
            except LogUnreachable as error:
                _log.warning("%s; trying again", error)
                self._stopping.wait(RETRY_SECONDS)

    def _listen(self, consumer: Any) -> None:
        consumer.assign([self._at])
        if self._heard_to is None:
            consumer.seek_to_end(self._at)
        else:
            consumer.seek(self._at, self._heard_to)  # nothing that was said meanwhile is missed
        self._heard_to = consumer.position(self._at)  # the end is looked up now, and what comes after it is heard
        self._listening.set()
        while not self._stopping.is_set():
            for record in consumer.poll(timeout_ms=500).get(self._at, []):
                self._heard_to = record.offset + 1
                if record.key == self._area.encode():
                    self._hear(record.value or b"")
            self._give_up(before=self._clock() - SILENT_SECONDS)

    def _hear(self, slab: bytes) -> None:
        for line in lines_of(slab):
            try:
                judged = decode_judged(line)
            except ValueError as error:
                _log.warning("%s", error)
                continue
            if judged.origin.stream == self._stream:
                self._take(judged)

    def _take(self, judged: Judged) -> None:
        position, index = judged.origin.position, judged.origin.index
        with self._lock:
            asked = self._asked.get(position)
            if asked is None:
                self._unasked[(position, index)] = judged.verdict
                if len(self._unasked) > UNASKED_MAX:
                    self._unasked.popitem(last=False)
                return
            asked.verdicts.setdefault(index, judged.verdict)
        self._answer(position)

    def _answer(self, position: int) -> None:
        with self._lock:
            asked = self._asked.get(position)
            if asked is None or len(asked.verdicts) < asked.lines:
                return
            del self._asked[position]
        asked.future.set_result([asked.verdicts[index] for index in range(asked.lines)])

    def _give_up(self, *, before: float | None) -> None:
        with self._lock:
            old = [at for at, asked in self._asked.items() if before is None or asked.since < before]
            given_up = [self._asked.pop(at) for at in old]
        for asked in given_up:
            asked.future.set_exception(DeskSilent("the desk has not judged it"))
