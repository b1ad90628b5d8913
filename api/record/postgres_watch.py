"""Notices what other processes write: one small question ten times a second, asked beside everything else."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import psycopg
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

EVERY_S: Final = 0.1
_AGAIN_S: Final = 1.0
"""How long a database that does not answer is left alone; what is remembered of it grows old by itself."""


class Watch:
    """The newest number that a question gave. The thread begins with the first who wants to know."""

    def __init__(self, connect: Callable[[], "psycopg.Connection[Any]"], question: Select[int] | None) -> None:
        self._connect = connect
        self._asked = None if question is None else _written(question)
        self._seen = 0
        self._stop = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def seen(self) -> int:
        """What it saw last; it never waits."""
        if self._thread is None and self._asked is not None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="watch", args=(self._stop,), daemon=True)
                    self._thread.start()
        return self._seen

    def stop(self) -> None:
        """Ask no more, until somebody wants to know again."""
        with self._starting:
            self._stop.set()
            thread, self._thread, self._stop = self._thread, None, threading.Event()
        if thread is not None:
            thread.join(_AGAIN_S)  # one that waits for an answer ends by itself

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            with suppress(psycopg.Error):
                with self._connect() as connection:
                    connection.autocommit = True
                    self._follow(connection, stop)
                continue
            stop.wait(_AGAIN_S)

    def _follow(self, connection: "psycopg.Connection[Any]", stop: threading.Event) -> None:
        while not stop.is_set():
            found = connection.execute(self._asked or "").fetchone()
            self._seen = 0 if found is None else int(found[0])
            stop.wait(EVERY_S)


def _written(question: Select[int]) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(question.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
