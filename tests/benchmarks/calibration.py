"""A fixed piece of work of the kinds that Nightdesk does, to see how fast this machine is at this moment.

A figure divided by the round measured beside it stays nearly the same in a slow hour; only the code can change it.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Final, Self

import orjson

ROUNDS: Final = 5
_RECORDS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round takes just now: seconds by the clock, and seconds of a processor that was really ours."""

    wall_s: float
    cpu_s: float

    @classmethod
    def timed(cls) -> Self:
        """The mean of five rounds, after one to warm up."""
        one_round()
        wall, cpu = perf_counter(), process_time()
        for _ in range(ROUNDS):
            one_round()
        return cls(wall_s=(perf_counter() - wall) / ROUNDS, cpu_s=(process_time() - cpu) / ROUNDS)

    def mean_with(self, other: "Round") -> "Round":
        """The middle between two."""
        return Round(wall_s=(self.wall_s + other.wall_s) / 2, cpu_s=(self.cpu_s + other.cpu_s) / 2)

    def __str__(self) -> str:
        return f"{self.cpu_s * 1e3:.1f} ms of the processor, {self.wall_s * 1e3:.1f} ms by the clock"


def one_round() -> int:
    """Records made, grouped, encoded, stored and read again; returns their bytes, which are always the same."""
    groups: dict[int, list[dict[str, object]]] = {}
    for number in range(_RECORDS):
        record = {"id": f"r-{number}", "at": number * 1_000, "lat": 51.5 + number * 1e-6, "kind": number % 7}
        groups.setdefault(number * 31 % 101, []).append(record)
    bodies = [orjson.dumps(record) for group in sorted(groups) for record in groups[group]]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE entries (offset INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(bodies))
        connection.execute("COMMIT")
        read = connection.execute("SELECT body FROM entries ORDER BY offset").fetchall()
    return sum(len(orjson.dumps(orjson.loads(body))) for (body,) in read)
