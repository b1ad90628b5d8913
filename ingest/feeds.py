"""What feeds a running desk: the watched folder, or the demo's nights; both patient, and neither ends the desk."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from ingest.desk_feed import Again, DeskFeed, Letters
from ingest.feeding import Keeper
from ingest.metering import Count
from ingest.pacing import Submit
from ingest.patience import Patience, PatientKeeper, PatientSubmit, PatientWords, ToldToStop
from ingest.simulate.stage import STORY_NIGHT, Stage
from ingest.watch import Inbox
from ingest.words import WordsPort
from schemas.area import Area
from schemas.log import trace_of
from schemas.times import Instant
from schemas.trouble import Trouble


class Feeds:
    """The feeds of one area, until `stop` is set.

    What is one of `passes` is waited out; one of `over` is the desk's end, and theirs. `trouble` is what is wrong.
    """

    def __init__(
        self,
        area: Area,
        *,
        submit: Submit,
        known: Callable[[str], int],
        desk_clock: Callable[[], Instant],
        keeper: Keeper,
        letters: Letters,
        words: WordsPort,
        now: Callable[[], Instant],
        clock: Callable[[], float],
        stop: Event,
        passes: tuple[type[Exception], ...],
        over: tuple[type[Exception], ...],
        count: Count,
    ) -> None:
        self.trouble = Trouble("feeds")
        self._patience = Patience(stop.wait, passes, self.trouble)
        self._area, self._letters, self._known, self._desk_clock = area, letters, known, desk_clock
        self._submit = PatientSubmit(submit, self._patience)
        self._keeper = PatientKeeper(keeper, self._patience)
        self._words = PatientWords(words, self._patience)
        self._now, self._clock, self._stop, self._count = now, clock, stop, count
        self._over: tuple[type[Exception], ...] = (*over, ToldToStop)

    def follow(self, inbox: Path) -> None:
        """Read what comes into the watched folder."""
        self._until_over(lambda: self._desk_feed().run(lambda: Inbox(inbox, self._area, self._words), self._stop.wait))

    def play(self, seed: int, speed: float) -> None:
        """Play the demo."""
        stage = Stage(
            self._area,
            night=STORY_NIGHT,
            seed=seed,
            speed=speed,
            submit=self._submit,
            known=self._known,
            desk_clock=self._desk_clock,
            keeper=self._keeper,
            words=self._words,
            clock=self._clock,
            wait=self._stop.wait,
            count=self._count,
        )
        self._until_over(stage.run)

    def read_again(self, changes: Mapping[str, str]) -> Again:
        """Read the refused rows that were asked for, with some fields put right."""
        return self._desk_feed().read_again(changes)

    def _desk_feed(self) -> DeskFeed:
        return DeskFeed(
            self._area,
            submit=self._submit,
            known=self._known,
            keeper=self._keeper,
            letters=self._letters,
            words=self._words,
            now=self._now,
            patience=self._patience,
            count=self._count,
        )

    def _until_over(self, work: Callable[[], None]) -> None:
        """Do it, and wait for the end; what nobody foresaw is said, and the desk goes on with what it has."""
        try:
            work()
        except self._over:
            pass
        except Exception as error:  # noqa: BLE001 - the boundary of the feeds' thread
            self.trouble.set("The feeds are no longer read: Nightdesk has to be restarted.", trace_of(error))
        self._stop.wait()
