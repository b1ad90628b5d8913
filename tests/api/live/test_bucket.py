"""The token bucket: fifty at once, ten a second."""

from api.live.bucket import Bucket


def taken(bucket: Bucket, at: float) -> int:
    """How many it gives at a time before it says no."""
    return next(number for number in range(1_000) if not bucket.take(at))


def test_fifty_at_once_then_ten_a_second() -> None:
    bucket = Bucket(0.0)
    assert [taken(bucket, at) for at in (0.0, 0.0, 1.0, 1.05, 1.1, 100.0)] == [50, 0, 10, 0, 1, 50]
