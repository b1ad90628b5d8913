"""Transport repeats: one high-water mark a stream, so that an entry appended twice counts once, for ever."""

from schemas.journal import Origin


class Origins:
    """The highest (position, index) folded of each stream. Holds because every appender is in order.

    Marks are kept for ever, one a stream (a file, or a partition): forgetting one would let its entries count twice.
    """

    def __init__(self, marks: dict[str, tuple[int, int]] | None = None) -> None:
        self.marks = marks or {}

    def advance(self, origin: Origin) -> bool:
        """Whether the entry is new; False for one that was folded before."""
        at = (origin.position, origin.index)
        mark = self.marks.get(origin.stream)
        if mark is not None and at <= mark:
            return False
        self.marks[origin.stream] = at
        return True
