"""The `project` role: the picture topic into the view, and beside it into the history, each by a thread of its own.

Neither waits for the other: people see what happens while PostgreSQL is gone, and the history goes on while Redis is.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from threading import Event
from typing import Final, TypeVar

from api.picture_topic import POLL_S, PictureTopic
from api.projecting import Projecting, Put
from api.record.errors import RecordError
from api.record.history import HistoryWriter
from api.record.record import Record
from schemas.kafka_log import LogUnreachable
from schemas.picture import Change
from schemas.times import HOUR, MINUTE, Instant
from schemas.trouble import Trouble

REACHES_BACK: Final = 2 * HOUR + 10 * MINUTE
"""How far the topic is told again: its owner tells everything each hour."""
HISTORY_REACHES_BACK: Final = 10 * MINUTE
"""How far before its newest change the history is told again: machines' clocks differ, and what came late is behind."""
KEEP_EVERY_S: Final = 2.0
WAIT_S: Final = 1.0
"""Between two tries while Kafka or the record is gone."""
T = TypeVar("T")
OpenTopic = Callable[[], PictureTopic]


class ViewFollower:
    """Puts what the topic tells into the view, by one `Projecting` for each area."""

    def __init__(
        self,
        open_topic: OpenTopic,
        projecting: Mapping[str, Projecting],
        *,
        clock: Callable[[], float],
        now: Callable[[], Instant],
        stop: Event,
    ) -> None:
        self._open_topic, self._projecting = open_topic, projecting
        self._clock, self._now, self._stop = clock, now, stop
        self._trouble = Trouble("picture")
        self._until: dict[int, int] = {}
        self._begun: set[int] = set()
        self._keep_at: dict[int, float] = {}

    @property
    def trouble(self) -> str | None:
        """Why the view is not what is told now, in plain words."""
        troubles = [self._trouble.text, *(heart.trouble for heart in self._projecting.values())]
        return next((text for text in troubles if text is not None), None)

    @property
    def is_up_to_date(self) -> bool:
        """Whether it read to the end of what there was when it began."""
        return bool(self._begun) and not self._until and self.trouble is None

    def run(self) -> None:
        """Until it is to stop; what Kafka and Redis do not do now is tried again for ever."""
        _run(self._open_topic, self._follow, self._trouble, self._stop)

    def _follow(self, topic: PictureTopic) -> None:
        self._begun.clear()
        for partition in topic.areas:
            topic.rest(partition)
        while not self._stop.is_set():
            for partition in topic.areas:
                if partition not in self._begun and self._begin(topic, partition):
                    self._begun.add(partition)
            self._turn(topic)
            self._trouble.set(None)

    def _turn(self, topic: PictureTopic) -> None:
        """Read, put, and see what has become of it."""
        for area, told, at in topic.poll(min([POLL_S, *(one.due_in_s() for one in self._projecting.values())])):
            self._projecting[area].take(told, at)
        for partition in list(self._begun):
            if self._until.get(partition, topic.position(partition) + 1) <= topic.position(partition):
                del self._until[partition]
                self._each(topic, partition, Projecting.end_of_all)
            done = [self._projecting[area].put() for area in topic.areas[partition]]
            if Put.LOST in done:
                self._begun.discard(partition)
                topic.rest(partition)
            elif all(each is Put.DONE for each in done):
                self._keep_now_and_then(topic, partition)

    def _begin(self, topic: PictureTopic, partition: int) -> bool:
        """Join what Redis holds of a partition's areas: from where others came, or from two hours back."""
        begun = [self._projecting[area].begin() for area in topic.areas[partition]]
        if None in begun:
            return False
        kept, end = topic.kept(partition), topic.end(partition)
        if all(begun) and kept is not None and kept[1] == self._note(topic, partition) and kept[0] <= end:
            topic.seek(partition, kept[0])
        else:
            topic.seek(partition, topic.offset_at(partition, self._now() - REACHES_BACK))
        self._until[partition] = end
        return True

    def _keep_now_and_then(self, topic: PictureTopic, partition: int) -> None:
        if partition not in self._until and self._clock() >= self._keep_at.get(partition, float("-inf")):
            topic.keep(partition, topic.position(partition), self._note(topic, partition))
            self._keep_at[partition] = self._clock() + KEEP_EVERY_S

    def _note(self, topic: PictureTopic, partition: int) -> str:
        """A place is good for as long as all that was put before it is in these runs."""
        return ",".join(f"{area}={self._projecting[area].run}" for area in topic.areas[partition])

    def _each(self, topic: PictureTopic, partition: int, call: Callable[[Projecting], None]) -> None:
        for area in topic.areas[partition]:
            call(self._projecting[area])


class HistoryFollower:
    """Writes what the topic tells into the history; a place is kept once all before it is on the disk.

    It opens the record by itself: while that is gone, nothing else has to wait for it.
    """

    def __init__(
        self,
        open_topic: OpenTopic,
        open_record: Callable[[], Record],
        areas: Sequence[str],
        *,
        clock: Callable[[], float],
        now: Callable[[], Instant],
        stop: Event,
        measured: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._open_topic, self._open_record, self._areas = open_topic, open_record, areas
        self._measured = measured
        self._clock, self._now, self._stop = clock, now, stop
        self._writers: dict[str, HistoryWriter] = {}
        self._keep_at = float("-inf")
        self._trouble, self._unread = Trouble("record"), Trouble("picture")

    @property
    def trouble(self) -> str | None:
        """Why the history is not what is told now, in plain words."""
        return self._trouble.text or self._unread.text

    def run(self) -> None:
        """Until it is to stop; what Kafka and the record do not do now is tried again for ever."""
        record = self._tried(self._open_record)
        if record is None:
            return
        self._trouble.set(None)
        with closing(record):
            self._writers = {area: record.history(area) for area in self._areas}
            _run(self._open_topic, self._follow, self._unread, self._stop)

    def _follow(self, topic: PictureTopic) -> None:
        is_written = False
        while not self._stop.is_set():
            if not is_written:  # what could not be written is read again: the record may be another, that knows less
                for partition in topic.areas:
                    self._begin(topic, partition)
            changes: dict[str, list[Change]] = {}
            for area, told, _ in topic.poll():
                changes.setdefault(area, []).extend(one for one in told if isinstance(one, Change))
            self._unread.set(None)
            is_written = self._write(changes)
            if changes and is_written and self._clock() >= self._keep_at:
                self._keep_at = self._clock() + KEEP_EVERY_S
                for partition in topic.areas:
                    topic.keep(partition, topic.position(partition), "")

    def _begin(self, topic: PictureTopic, partition: int) -> None:
        """From the place that was kept or, where the history knows less, from there: it may come out of a backup.

        That place is kept at once: what is written from here on makes the history look newer than it is.
        """
        newest = [self._tried(self._writers[area].newest_at) for area in topic.areas[partition]]
        known = [at for at in newest if at is not None]
        kept = topic.kept(partition)
        start = 0
        if kept is not None and len(known) == len(newest):
            start = min(kept[0], topic.offset_at(partition, min(known) - HISTORY_REACHES_BACK))
        if kept is not None and start < kept[0] and not self._stop.is_set():
            topic.keep(partition, start, "")
        topic.seek(partition, start)

    def _write(self, changes: Mapping[str, Sequence[Change]]) -> bool:
        """Whether all is written; where it is not, only after a while."""
        try:
            for area, those in changes.items():
                with self._measured():
                    self._writers[area].write(those, self._now())
        except RecordError as error:
            self._wait(error)
            return False
        if changes:
            self._trouble.set(None)
        return True

    def _tried(self, do: Callable[[], T]) -> T | None:
        """What it gives, tried until the record does it; None when it is to stop."""
        while not self._stop.is_set():
            try:
                return do()
            except RecordError as error:
                self._wait(error)
        return None

    def _wait(self, error: RecordError) -> None:
        self._trouble.set("The history cannot be written now. The picture goes on, and it follows.", str(error))
        self._stop.wait(WAIT_S)


def _run(open_topic: OpenTopic, follow: Callable[[PictureTopic], None], trouble: Trouble, stop: Event) -> None:
    """Follow with one connection after another, for as long as Kafka lets go of them."""
    while not stop.is_set():
        try:
            topic = open_topic()
            try:
                follow(topic)
            finally:
                topic.close()
        except LogUnreachable as error:
            trouble.set("What the desk tells cannot be read now (Kafka). It goes on by itself.", str(error))
            stop.wait(WAIT_S)
