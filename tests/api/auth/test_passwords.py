"""Passwords: argon2id on the disk, plain rules for new ones, and a line that does not grow."""

from threading import Event, Thread

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from api.auth.passwords import AT_ONCE, CHARS_MAX, WAITING_MAX, PasswordRefused, Passwords, PasswordsBusy, check_new
from tests.builders_auth import PASSWORD

FAST = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


def test_what_is_kept_is_argon2id_with_its_own_salt_and_parameters() -> None:
    passwords = Passwords()
    first, second = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.is_right(PASSWORD, first)
    assert not passwords.is_right(PASSWORD.upper(), first)


def test_nobody_has_no_password_and_it_takes_a_hash_to_say_so() -> None:
    worked: list[bytes] = []

    class Counting(Argon2Hasher):
        def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - the library's name
            worked.append(b"")
            return super().verify(password, hash)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not passwords.is_right("nobody has this one", None)
    assert len(worked) == 1


def test_one_more_than_there_is_room_for_is_told_to_come_again() -> None:
    go, begun = Event(), Event()

    class Slow(Argon2Hasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            begun.set()
            go.wait(10)
            return super().hash(password, salt=salt)

    passwords = Passwords(Slow(time_cost=1, memory_cost=8, parallelism=1))
    done: list[str] = []
    threads = [Thread(target=lambda: done.append(passwords.hashed(PASSWORD))) for _ in range(WAITING_MAX)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    refused = 0
    while not refused:  # until all eight have got in line
        refused = _refusals(passwords, done, len(threads))
    go.set()
    for thread in threads:
        thread.join()
    assert len(done) == WAITING_MAX > AT_ONCE
    assert passwords.hashed(PASSWORD)


def _refusals(passwords: Passwords, done: list[str], waiting: int) -> int:
    if passwords._line._value or len(done) == waiting:
        return 0
    with pytest.raises(PasswordsBusy):
        passwords.hashed(PASSWORD)
    return 1


@pytest.mark.parametrize(
    "password", [PASSWORD, "x" * 60 + "correct horse", "пароль для ночи", "🦊 runs over the Mall", "Tr0ub4dor&3 again"]
)
def test_any_characters_make_a_password(password: str) -> None:
    check_new(password, "ann")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("eleven char", "at least 12"),
        ("x" * (CHARS_MAX + 1), "at most 128"),
        ("ann and her dog Rex", "Your name"),
        ("I am Ann of the desk", "Your name"),
        ("password123!", "first that anybody"),
        ("1234Password!!", "first that anybody"),
        ("Nightdesk2026!", "first that anybody"),
        ("qwertyuiopas", "first that anybody"),
        ("123456789012", "first that anybody"),
        ("abcdefghijkl", "first that anybody"),
        ("aaaaaaaaaaaa", "first that anybody"),
        ("abababababab", "first that anybody"),
        ("qwertyqwerty", "first that anybody"),
        ("99998888777766", "first that anybody"),
    ],
)
def test_what_anybody_would_try_is_refused_with_the_rule(password: str, said: str) -> None:
    with pytest.raises(PasswordRefused, match=said) as refused:
        check_new(password, "ann")
    assert password not in str(refused.value)
