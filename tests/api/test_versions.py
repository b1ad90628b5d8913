"""Versions: only what is newer, deleted keys remembered, within a bound."""

from api.versions import Versions
from schemas.picture import Kind

A, B, C = ((Kind.INCIDENTS, key) for key in "abc")


def test_offset_counts_before_index() -> None:
    versions = Versions()
    versions.keep(A, (5, 3))
    assert [versions.is_newer(A, version) for version in [(5, 3), (5, 2), (4, 9), (5, 4), (6, 0)]] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_kind_is_part_of_the_key() -> None:
    versions = Versions()
    versions.keep(A, (5, 0))
    assert versions.is_newer((Kind.WINDOWS, "a"), (1, 0))


def test_a_deleted_key_is_remembered_and_a_newer_version_revives_it() -> None:
    versions = Versions()
    versions.bury(A, (5, 0))
    assert not versions.is_newer(A, (4, 0))
    versions.keep(A, (6, 0))
    versions.forget((9, 0))
    assert not versions.is_newer(A, (5, 0))


def test_forgetting_takes_only_deleted_keys_of_before() -> None:
    versions = Versions()
    versions.bury(A, (4, 9))
    versions.bury(B, (5, 0))
    versions.forget((5, 0))
    assert [versions.is_newer(key, (1, 0)) for key in (A, B)] == [True, False]


def test_past_the_bound_the_first_deleted_is_forgotten_first() -> None:
    versions = Versions(gone_max=2)
    for offset, key in enumerate((A, B, A, C), start=1):  # A is deleted again: it is the newer now
        versions.bury(key, (offset, 0))
    assert [versions.is_newer(key, (0, 0)) for key in (A, B, C)] == [False, True, False]
