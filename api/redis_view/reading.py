"""Reading the view out of Redis: the whole of it once, and then its deltas one after another."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from api.redis_view.connection import Server
from api.redis_view.names import Names, epoch_of, read
from api.redis_view.standing import Head, head_of
from api.topic import Records, Topic
from api.view import Published
from schemas.picture import Kind

TOPICS_A_READ: Final = 32
DELTAS_A_READ: Final = 256
BLOCK_MS: Final = 500
"""How long Redis may keep a question for deltas: so long a stop takes, or to see that there is another run."""

NewTopic = Callable[[str, str], Topic]
"""An empty topic by its name and epoch."""


class Missing(Exception):
    """Deltas have left the stream before they were read, or there is another run: read the whole again."""


class Reading:
    """One area of one realm. All calls raise ViewUnavailable."""

    def __init__(self, server: Server, realm: str, area: str, *, new_topic: NewTopic) -> None:
        self._server = server
        self._names = Names(realm, area)
        self._new_topic = new_topic

    def head(self) -> Head | None:
        """What stands now; None: no run."""
        with self._server.asked():
            return head_of(self._server.client.hgetall(self._names.run))

    def whole(self, head: Head) -> tuple[dict[str, Topic], int]:
        """Every topic, and the number of the last delta that is in them. Missing.

        Each topic is read in one step with its seq, and not all together: Redis is never held up by a large picture.
        The deltas that came meanwhile are in the stream, and each topic takes those that it has not got.
        """
        with self._server.asked():
            names = self._server.client.smembers(self._names.topics)
        topics = dict(self._topics(head.run, sorted(names)))
        after = self.head()
        if after is None or after.run != head.run:
            raise Missing
        reached: int | None = None
        for number, delta in self._kept(head.run):
            if number != (number if reached is None else reached + 1) or (reached is None and number > head.number + 1):
                raise Missing
            self.take(topics, delta)
            reached = number
        reached = head.number if reached is None else reached
        if reached < after.number:
            raise Missing
        return topics, reached

    def after(self, run: str, number: int) -> list[Published]:
        """The deltas that follow a number, waiting BLOCK_MS for the first of them. Missing."""
        stream = self._names.deltas(run)
        with self._server.asked():
            answer: Any = self._server.client.xread({stream: f"{number}-0"}, count=DELTAS_A_READ, block=BLOCK_MS)
        deltas = []
        for number_, delta in _deltas(run, answer[0][1] if answer else ()):
            number += 1
            if number_ != number:
                raise Missing
            deltas.append(delta)
        return deltas

    def take(self, topics: dict[str, Topic], delta: Published) -> None:
        """Let a topic, which may be new, take a delta in. Missing."""
        topic = topics.get(delta.topic)
        if topic is None:
            topic = topics[delta.topic] = self._new_topic(delta.topic, delta.epoch)
        if topic.epoch != delta.epoch or not topic.take(delta):
            raise Missing

    def _topics(self, run: str, names: Sequence[bytes]) -> Iterator[tuple[str, Topic]]:
        for first in range(0, len(names), TOPICS_A_READ):
            some = names[first : first + TOPICS_A_READ]
            with self._server.asked(), self._server.client.pipeline(transaction=False) as questions:
                for name in some:
                    questions.hgetall(self._names.topic(name))
                answers = questions.execute()
            for name, fields in zip(some, answers, strict=True):
                topic = self._new_topic(read(name), epoch_of(run, read(name)))
                topic.fill(*_content(fields))
                yield topic.name, topic

    def _kept(self, run: str) -> Iterator[tuple[int, Published]]:
        """All that the stream holds, so that who comes back to this process gets what they missed."""
        first = "-"
        while True:
            with self._server.asked():
                found = self._server.client.xrange(self._names.deltas(run), min=first, count=DELTAS_A_READ)
            number = 0
            for number, delta in _deltas(run, found):
                yield number, delta
            if len(found) < DELTAS_A_READ:
                return
            first = f"({number}-0"


def _deltas(run: str, entries: Sequence[Any]) -> Iterator[tuple[int, Published]]:
    for id_, fields in entries:
        topic = read(fields[b"t"])
        delta = Published(topic=topic, epoch=epoch_of(run, topic), seq=int(fields[b"s"]), frame=fields[b"f"])
        yield int(id_.partition(b"-")[0]), delta


def _content(fields: dict[bytes, bytes]) -> tuple[int, Records, dict[Kind, int]]:
    """A topic's hash: its seq, its records, and the seq of each kind's last change."""
    records: Records = {kind: {} for kind in Kind}
    seq, changed_at = 0, {}
    for field, value in fields.items():
        kind, slash, key = field.partition(b"/")
        if slash:
            records[Kind(kind.decode())][read(key)] = value
        elif field == b"s":
            seq = int(value)
        else:
            changed_at[Kind(field[2:].decode())] = int(value)
    return seq, records, changed_at
