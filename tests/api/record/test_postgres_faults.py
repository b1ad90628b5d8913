"""PostgreSQL killed, stopped, full, shut or absent: nothing is lost, nobody waits for long, it recovers."""

import signal
import time
from collections.abc import Callable, Iterator, Sized
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.auth.audit import Asked, searched
from api.record.dead_letters import DeadLetters
from api.record.errors import RecordError, RecordFull, RecordUnavailable
from api.record.kept import open_kept
from api.record.place import Database
from api.record.postgres_errors import named_error
from api.record.record import open_record
from api.record.reports import SavedReports
from api.record.schema import KEPT, open_store
from api.record.words import Words
from schemas.picture import Kind
from tests.builders_contracts import a_letter
from tests.builders_postgres import Server, postgres_server, realm_in, stored
from tests.builders_record import SATURDAY, change, incident
from tests.builders_running import free_port, until

pytestmark = pytest.mark.server
BUSY_MS = 500
SOON_S = 4.0
"""Well above what anybody waits: BUSY_MS and a second."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as running:
        yield running


def grows(found: Sized, by: int) -> None:
    """Wait until it has grown."""
    before = len(found)
    until(lambda: len(found) >= before + by, "it grows")


def test_killed_under_a_writer_nothing_that_was_written_is_lost_and_writing_goes_on_by_itself(server: Server) -> None:
    record = open_record(realm_in(server.url), BUSY_MS)
    history, written, refused, stop = record.history("soho"), list[str](), list[RecordError](), Event()

    def write() -> None:
        while not stop.is_set():
            key = f"k{len(written)}"
            try:
                history.write([change(incident(), key=key, offset=len(written))], SATURDAY)
                written.append(key)
            except RecordUnavailable as error:
                refused.append(error)
                stop.wait(0.02)

    writer = Thread(target=write)
    writer.start()
    for _ in range(2):
        grows(written, 20)
        server.end(signal.SIGKILL)
        grows(refused, 1)
        server.start()
    grows(written, 20)
    stop.set()
    writer.join()
    assert set(history.rewind.picture_at(SATURDAY)[Kind.INCIDENTS]) == set(written)
    record.close()


def test_a_connection_that_died_while_nobody_used_it_is_replaced_before_anybody_notices(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.record.postgres_store.TRUSTED_S", 0.0)
    kept = open_store(realm_in(server.url), KEPT, BUSY_MS)
    kept.check()
    server.end()
    server.start()
    with kept.looking() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    kept.close()


def test_a_server_that_does_not_answer_is_unavailable_soon_and_right_again_when_it_does(server: Server) -> None:
    kept = open_store(realm_in(server.url), KEPT, BUSY_MS)
    with kept.reading() as connection:
        connection.execute(text("SELECT 1"))
    server.pause()
    try:
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(RecordUnavailable, match=r"no answer within|cannot be reached|too many"):
                kept.check()
            assert time.monotonic() - began < SOON_S + 5, "a new connection is waited for a little longer"
        began = time.monotonic()
        kept.version()
        assert time.monotonic() - began < SOON_S / 2, "who asks in the loop never waits"
    finally:
        server.go_on()
    kept.check()
    kept.close()


def test_a_process_that_stops_in_the_middle_of_writing_holds_others_up_for_seconds_only(server: Server) -> None:
    place = realm_in(server.url)
    asleep, awake = open_store(place, KEPT), open_store(place, KEPT)
    began = time.monotonic()

    def write_and_sleep() -> None:
        with asleep.writing() as held:
            with awake.writing() as connection:
                connection.execute(text("SELECT 1"))
            held.execute(text("SELECT 1"))

    with pytest.raises(RecordUnavailable, match=r"stood still|broke the connection"):
        write_and_sleep()
    assert time.monotonic() - began > 2
    asleep.close()
    awake.close()


def test_a_slow_statement_is_ended_and_named(server: Server) -> None:
    with closing(open_store(realm_in(server.url), KEPT, BUSY_MS)) as store:
        slow = pytest.raises(RecordUnavailable, match=r"is slow: it did not answer in time \(57014\)")
        with slow, store.reading() as connection:
            connection.execute(text("SELECT pg_sleep(5)"))
        with pytest.raises(RecordUnavailable, match="is slow"), store.writing(), store.writing():
            pass
        store.check()


def test_absent_at_the_start_is_a_refusal_without_the_password() -> None:
    nobody = Database(url=f"postgresql://ann:hunter2@127.0.0.1:{free_port()}/desk", realm="live")
    with pytest.raises(
        RecordUnavailable, match=r"PostgreSQL at 127.0.0.1:\d+/desk, realm live: cannot be reached"
    ) as no:
        open_kept(nobody)
    assert "hunter2" not in str(no.value) + repr(nobody)


@pytest.mark.parametrize(
    ("change_url", "said"),
    [
        (lambda url: url.replace("nightdesk:", "nightdesk:not"), "refuses the user or the password"),
        (lambda url: url.replace("nightdesk:", "nobody:"), "refuses the user or the password"),
        (lambda url: url + "-elsewhere", "has no such database"),
        (lambda url: url.replace("postgresql://", "postgresql://%zz"), "has an address that cannot be read"),
        (lambda url: url + "?nonsense=1", "has an address that cannot be read"),
    ],
    ids=["password", "user", "database", "address", "option"],
)
def test_each_wrong_address_is_named(change_url: Callable[[str], str], said: str, server: Server) -> None:
    password = server.url.split(":")[2].split("@")[0]
    with pytest.raises(RecordUnavailable, match=said) as refused:
        open_kept(Database(url=change_url(server.url), realm="live"))
    assert password not in str(refused.value)


def test_too_many_connections_are_named(server: Server) -> None:
    place = realm_in(server.url)
    open_kept(place).close()
    others = list[psycopg.Connection]()

    def crowd() -> None:
        for _ in range(500):
            others.append(psycopg.connect(server.url))

    try:
        with pytest.raises(psycopg.OperationalError):
            crowd()
        with pytest.raises(RecordUnavailable, match="takes no more connections"):
            open_kept(place)
    finally:
        for other in others:
            other.close()


def test_a_standby_and_lost_tables_are_named(server: Server) -> None:
    place = realm_in(server.url)
    kept = open_kept(place)
    words = Words(kept, lambda: SATURDAY)
    words.keep("w", "blue-door", "he ran")
    with psycopg.connect(server.url, autocommit=True) as other:
        other.execute("ALTER ROLE nightdesk SET default_transaction_read_only = on")
    kept.close()
    try:
        with pytest.raises(RecordUnavailable, match=r"takes no writes: .* \(25006\)"):
            words.keep("v", "blue-door", "he ran")
        assert Words(kept, lambda: SATURDAY).text("w") == "he ran", "what is there can be read"
    finally:
        with psycopg.connect(server.url, autocommit=True) as other:
            other.execute("SET default_transaction_read_only = off")
            other.execute("ALTER ROLE nightdesk RESET default_transaction_read_only")
    kept.close()
    with psycopg.connect(server.url, autocommit=True) as other:
        other.execute(f"DROP SCHEMA {place.schema('kept')} CASCADE".encode())
    with pytest.raises(RecordUnavailable, match="has lost tables of this realm"):
        words.text("w")
    kept.close()


def test_an_error_does_not_quote_what_was_being_stored(server: Server) -> None:
    with closing(open_store(realm_in(server.url), KEPT)) as store:
        with store.writing() as connection:
            connection.execute(text("CREATE TABLE once (said TEXT UNIQUE)"))
        twice = [{"said": "a private sentence"}] * 2
        with pytest.raises(IntegrityError) as refused, store.writing() as connection:
            connection.execute(text("INSERT INTO once VALUES (:said)"), twice)
    assert "private" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_full_disk_is_full_and_every_other_state_is_something() -> None:
    place = Database(url="postgresql://nobody@nowhere/db", realm="live")
    assert isinstance(named_error(place, psycopg.errors.DiskFull("no")), RecordFull)
    for state in (
        "25006",
        "28P01",
        "3D000",
        "42501",
        "53200",
        "53300",
        "57P01",
        "57P03",
        "40001",
        "40P01",
        "XX001",
        "58030",
    ):
        found = named_error(place, psycopg.errors.lookup(state)("no"))
        assert isinstance(found, RecordUnavailable), state
        assert state in str(found)
    assert named_error(place, psycopg.errors.UniqueViolation("no")) is None


def test_erased_words_are_no_dead_rows_either(server: Server) -> None:
    place = realm_in(server.url)
    with closing(open_kept(place)) as kept:
        words = Words(kept, lambda: SATURDAY)
        for number in range(30):
            words.keep(f"w-{number}", "blue-door", f"a very private sentence {number:03}")
        for number in range(20):
            words.erase(f"w-{number}")
        with psycopg.connect(server.url, autocommit=True) as other:
            asked = (
                "SELECT n_dead_tup, vacuum_count FROM pg_stat_user_tables WHERE schemaname = %s AND relname = 'words'"
            )
            found = other.execute(asked, (place.schema("kept"),)).fetchone()
        assert found is not None
        assert (found[0], found[1] >= 1) == (0, True)
        assert b"sentence 029" in stored(place)
        assert b"sentence 019" not in stored(place)


def test_a_value_with_nul_in_it_is_kept_without_and_a_number_past_all_rows_finds_none(server: Server) -> None:
    with closing(open_kept(realm_in(server.url))) as kept:
        DeadLetters(kept).keep([a_letter(value="he\0ran", file="a\0b")], SATURDAY)
        assert b"he\xef\xbf\xbdran" in stored(kept.store.place)
        assert searched(kept, Asked(subject="\0"), 5) == searched(kept, Asked(before=10**18 - 1), 5) == []
        assert SavedReports(kept).made(reporter=None, caller="\0", before=2**62 - 1, limit=5) == []
    assert replace(realm_in(server.url), realm="live").schema("kept") == "live_kept"
    assert Path(server.local.folder / "password").stat().st_mode & 0o777 == 0o600
