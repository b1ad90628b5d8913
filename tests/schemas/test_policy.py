"""The policy as a blob beside the journal."""

from dataclasses import replace

import msgspec
import pytest

from schemas.policy import decode_policy, encode_policy, sha256_of
from schemas.reference import load_area


def test_a_policy_survives_its_blob_and_has_one_name() -> None:
    policy = load_area().policy
    blob = encode_policy(policy)
    assert decode_policy(blob) == policy
    assert encode_policy(decode_policy(blob)) == blob
    assert sha256_of(blob) == sha256_of(encode_policy(load_area().policy))


def test_another_policy_has_another_name() -> None:
    policy = load_area().policy
    assert sha256_of(encode_policy(policy)) != sha256_of(encode_policy(replace(policy, late_after_minutes=16)))


def test_a_blob_with_a_wrong_field_is_refused_by_its_name() -> None:
    blob = encode_policy(load_area().policy).replace(b'"metres":75', b'"metres":"far"', 1)
    with pytest.raises(msgspec.ValidationError, match="fusion"):
        decode_policy(blob)
