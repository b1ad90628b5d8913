"""What `nightdesk doctor` looks at in Redis and PostgreSQL, for the Kafka engine."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

import psycopg

from api.record.errors import RecordError
from api.record.place import Database
from api.record.postgres_errors import translated
from api.record.postgres_session import parameters_of
from api.redis_view.connection import ViewUnavailable, connect
from api.redis_view.names import Names
from schemas.checks import Check, is_here
from schemas.settings import Settings

ANSWER_S: Final = 5.0
_TLS: Final = "Use rediss:// in NIGHTDESK_REDIS: anybody on the way can read the picture and the password"
_ACL: Final = "Give each role a user of its own: python -m deploy.redis_rights prints them"
_FILES: Final = "Name a PostgreSQL in NIGHTDESK_RECORD: files are seen by the processes of one machine alone"
_SSL: Final = "Add sslmode=verify-full to NIGHTDESK_RECORD: anybody on the way can read and change the record"


def service_checks(settings: Settings) -> Iterator[Check]:
    """Redis, then the record."""
    yield from _redis(settings)
    yield from _record(settings)


def _redis(settings: Settings) -> Iterator[Check]:
    parts = urlsplit(settings.redis)
    with closing(connect(settings.redis, "doctor", answer_s=ANSWER_S)) as server:
        try:
            with server.asked():
                server.client.hgetall(Names(settings.realm.name, settings.area).run)  # what each role's user may do
        except ViewUnavailable as error:
            yield Check(what="Redis", ok=False, found=f"{error.text} ({error.detail})", do="Look at NIGHTDESK_REDIS")
        else:
            yield Check(what="Redis", ok=True, found=f"{server.where} answers")
    if parts.scheme == "unix" or is_here(parts.hostname or ""):
        return
    private, known = parts.scheme == "rediss", parts.username not in {None, "", "default"}
    yield Check(what="Line to Redis", ok=private, found=parts.scheme, do="" if private else _TLS, is_grave=False)
    who = parts.username or "default"
    yield Check(what="User on Redis", ok=known, found=who, do="" if known else _ACL, is_grave=False)


def _record(settings: Settings) -> Iterator[Check]:
    if settings.record is None:
        yield Check(what="Record", ok=False, found=f"files in {settings.data}", do=_FILES, is_grave=False)
        return
    place = Database(url=settings.record, realm=settings.realm.name)
    try:
        parameters = parameters_of(place)
        with translated(place), psycopg.connect(**parameters) as session:
            found = f"PostgreSQL {session.info.server_version // 10_000} answers"
    except RecordError as error:
        yield Check(what="Record", ok=False, found=str(error), do="Look at NIGHTDESK_RECORD")
        return
    yield Check(what="Record", ok=True, found=found)
    host = str(parameters.get("host") or "")
    if not is_here(host) and not host.startswith("/"):
        mode = str(parameters.get("sslmode") or "prefer")
        private = mode in {"verify-ca", "verify-full"}
        yield Check(what="Line to PostgreSQL", ok=private, found=mode, do="" if private else _SSL, is_grave=False)
