"""What things are called in Redis; all of one area and realm lie in one slot of a cluster.

    nightdesk:{<realm>:<area>}:run             hash: which run this is, how far it has come, how the desk stands
                              :keys            hash: kind/key -> offset:index:topics that show it
                              :gone            sorted set by offset: the keys of it that nothing shows any more
                              :topics          set: the push topics that there are
                              :topic:<topic>   hash: kind/key -> the record as that topic shows it; s, s:<kind> -> seq
                              :deltas:<run>    stream: every delta of every topic, numbered from 1 without a hole

A run is one filling of the view, and lives no longer than the Redis process that holds it: one that restarts from a
file, or a replica that takes over, may have lost the last that it was told. A topic's epoch is made of both names, so
that all know it without asking. Topics and keys stand as JSON writes them, without the quotes.
"""

import hashlib
from typing import Final

import orjson

EPOCH_DIGITS: Final = 8


class Names:
    """The names of one area and realm."""

    def __init__(self, realm: str, area: str) -> None:
        self.prefix = f"nightdesk:{{{realm}:{area}}}:"
        self.run = f"{self.prefix}run"
        self.keys = f"{self.prefix}keys"
        self.gone = f"{self.prefix}gone"
        self.topics = f"{self.prefix}topics"

    def topic(self, written: bytes) -> bytes:
        """The hash of a topic."""
        return self.prefix.encode() + b"topic:" + written

    def deltas(self, run: str) -> str:
        """The stream of a run."""
        return f"{self.prefix}deltas:{run}"


def epoch_of(run: str, topic: str) -> str:
    """The epoch of a topic in a run; PUT in scripts.py says the same."""
    return f"{run}.{hashlib.sha1(written(topic), usedforsecurity=False).hexdigest()[:EPOCH_DIGITS]}"


def written(text: str) -> bytes:
    """A text as JSON writes it between the quotes: it never holds a line's end."""
    return orjson.dumps(text)[1:-1]


def read(text: bytes) -> str:
    """What was written."""
    found: str = orjson.loads(b'"' + text + b'"')
    return found
