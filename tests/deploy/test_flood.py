"""What is shown of a child that says too much."""

from deploy.local.flood import BURST_LINES, Flood


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_shown_and_the_rest_is_counted() -> None:
    flood = Flood(Clock())
    shown = sum(flood.lets_through() for _ in range(BURST_LINES + 300))
    assert (shown, flood.left_out()) == (BURST_LINES, 0), "there is no room yet to say how many"


def test_when_there_is_room_again_it_says_how_many_once() -> None:
    clock = Clock()
    flood = Flood(clock)
    for _ in range(BURST_LINES + 300):
        flood.lets_through()
    clock.now = 0.2
    assert [flood.left_out(), flood.left_out()] == [300, 0]


def test_a_trickle_is_shown_for_ever() -> None:
    clock = Clock()
    flood = Flood(clock)
    for step in range(2_000):
        clock.now = step / 10
        assert flood.lets_through()
