"""How long a child waits before it is started again."""

from deploy.local.backoff import Backoff


def test_each_wait_is_twice_the_one_before_up_to_ten_seconds() -> None:
    backoff = Backoff()
    assert [backoff.after(0.1) for _ in range(8)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_once_it_was_up_for_half_a_minute_it_begins_anew() -> None:
    backoff = Backoff()
    waits = [backoff.after(up_s) for up_s in (1, 1, 1, 29.9, 30, 1)]
    assert waits == [0.2, 0.4, 0.8, 1.6, 0.2, 0.4]
