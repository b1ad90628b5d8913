"""Quiet or blind? Each feed's silence, weighed against its usual rate at this hour.

With arrivals Poisson at the usual rate, P(none in gap) = exp(-expected in gap): a feed is quiet when its silence has a
chance under the policy's `quiet_chance`, blind under `blind_chance`. A feed that declares heartbeats is quiet after one
missed beat of any sensor and blind after the policy's `heartbeats_missed`.
"""

from datetime import datetime

from schemas.night import OperatingNight
from schemas.picture import FeedStatus
from schemas.policy import FeedRate
from schemas.times import HOUR, SECOND, Instant, zone
from streams.core.rules import Rules

LEARNED_NIGHTS_MAX = 8
_NEVER: Instant = 2**62


class Sensor:
    """One sensor of a feed, or the feed itself: when it was last heard, when its silence is quiet, when blind."""

    __slots__ = ("blind_at", "heard_at", "quiet_at", "since", "status")

    def __init__(self, since: Instant) -> None:
        self.heard_at: Instant | None = None
        self.since = since
        self.status = FeedStatus.LIVE
        self.quiet_at: Instant = _NEVER
        self.blind_at: Instant = _NEVER


class Feed:
    """One feed: its sensors by id ("" is the feed itself), what was heard tonight, what past nights taught."""

    def __init__(self, rate: FeedRate, since: Instant) -> None:
        self.rate = rate
        self.sensors = {id_: Sensor(since) for id_ in (rate.sensors or ("",))}
        self.heard_tonight = 0
        self.by_hour: dict[int, int] = {}
        self.learned: list[dict[int, int]] = []

    @property
    def status(self) -> FeedStatus:
        """The worst of its sensors: an area whose camera is blind is blind."""
        found = {sensor.status for sensor in self.sensors.values()}
        return next(s for s in (FeedStatus.BLIND, FeedStatus.QUIET, FeedStatus.LIVE) if s in found)

    def usual_per_hour(self, hour: int, nights_least: int) -> float:
        """Records an hour at a local hour: the mean of the nights that reached it, else the policy's first rate."""
        taught = [night[hour] for night in self.learned if hour in night]
        return sum(taught) / len(taught) if len(taught) >= nights_least else self.rate.first_rates[hour]


class Feeds:
    """The health of every feed the policy names."""

    def __init__(self) -> None:
        self.known: dict[str, Feed] = {}
        self._due: Instant = _NEVER
        self._local_hours: dict[int, int] = {}

    def adopt(self, rules: Rules, clock: Instant) -> None:
        """Follow a policy's feeds; one that is new counts as heard now."""
        kept, self.known = self.known, {}
        for rate in rules.policy.feeds:
            feed = Feed(rate, clock)
            old = kept.get(rate.source.value)
            if old is not None:
                feed.sensors.update({i: s for i, s in old.sensors.items() if i in feed.sensors})
                feed.heard_tonight, feed.by_hour, feed.learned = old.heard_tonight, old.by_hour, old.learned
            self.known[rate.source.value] = feed
            for sensor in feed.sensors.values():
                self._arm(feed, sensor, sensor.heard_at or sensor.since, rules)
        self._rearm()

    def begin(self, clock: Instant, rules: Rules) -> None:
        """The clock has its first reading: nobody has been silent before it."""
        for feed in self.known.values():
            for sensor in feed.sensors.values():
                sensor.since = clock
        self.rearm_all(rules)

    def heard(self, source: str, sensor_id: str | None, at: Instant, rules: Rules, *, record: bool) -> bool:
        """A record or a heartbeat came; False for a feed the policy does not name."""
        feed = self.known.get(source)
        if feed is None:
            return False
        if record:
            feed.heard_tonight += 1
            hour = self._hour(at, rules)
            feed.by_hour[hour] = feed.by_hour.get(hour, 0) + 1
        sensor = feed.sensors.get(sensor_id or "")
        if sensor is None:
            return True
        if sensor.heard_at is None or at > sensor.heard_at:
            sensor.heard_at = at
            if sensor.status is not FeedStatus.LIVE:
                sensor.status, sensor.since = FeedStatus.LIVE, at
                self._arm(feed, sensor, at, rules)
                self._due = min(self._due, sensor.quiet_at)
        return True

    def due(self) -> Instant | None:
        """When the next silence changes its word."""
        return None if self._due == _NEVER else self._due

    def judge(self, now: Instant, rules: Rules) -> list[str]:
        """Silences that have grown long enough; gives the feeds whose word changed.

        A deadline is not moved with every record, only found to have moved when it comes: so a record costs little.
        """
        changed: dict[str, None] = {}
        for source, feed in self.known.items():
            for sensor in feed.sensors.values():
                if now < _deadline(sensor):
                    continue
                self._arm(feed, sensor, sensor.heard_at or sensor.since, rules)
                word = _word(sensor, now)
                if word is not sensor.status:
                    sensor.since = sensor.blind_at if word is FeedStatus.BLIND else sensor.quiet_at
                    sensor.status = word
                    changed[source] = None
        self._rearm()
        return list(changed)

    def open_night(self) -> None:
        """A night begins: tonight's counts start again."""
        for feed in self.known.values():
            feed.heard_tonight = 0
            feed.by_hour = {}

    def close_night(self, night: OperatingNight, rules: Rules) -> None:
        """A night is over: a feed that spoke in it has taught what is usual at each hour of it."""
        hours = {self._hour(at, rules): 0 for at in range(night.opens_at, night.closes_at, HOUR)}
        for feed in self.known.values():
            if feed.heard_tonight:
                feed.learned = [*feed.learned, {**hours, **feed.by_hour}][-LEARNED_NIGHTS_MAX:]

    def usual_now(self, source: str, at: Instant, rules: Rules) -> float:
        """A feed's usual records an hour at an instant, to two decimals."""
        least = rules.policy.past_nights_least
        return round(self.known[source].usual_per_hour(self._hour(at, rules), least), 2)

    def blind_at(self, source: str, rules: Rules) -> Instant | None:
        """When the feed's silence stops being chance, if nothing more is heard; None: never."""
        feed = self.known[source]
        for sensor in feed.sensors.values():
            self._arm(feed, sensor, sensor.heard_at or sensor.since, rules)
        blind_at = min(sensor.blind_at for sensor in feed.sensors.values())
        return None if blind_at == _NEVER else blind_at

    def rearm_all(self, rules: Rules) -> None:
        """After a snapshot was put back: every deadline is computed again."""
        for feed in self.known.values():
            for sensor in feed.sensors.values():
                self._arm(feed, sensor, sensor.heard_at or sensor.since, rules)
        self._rearm()

    def _arm(self, feed: Feed, sensor: Sensor, heard: Instant, rules: Rules) -> None:
        if feed.rate.heartbeat_s is not None:
            beat = feed.rate.heartbeat_s * SECOND
            sensor.quiet_at = heard + 2 * beat
            sensor.blind_at = heard + rules.policy.heartbeats_missed * beat + 1
            return
        sensor.quiet_at = self._silence_ends(feed, heard, rules.silence_quiet, rules)
        sensor.blind_at = self._silence_ends(feed, heard, rules.silence_blind, rules)

    def _silence_ends(self, feed: Feed, since: Instant, expected: float, rules: Rules) -> Instant:
        """When so many records would usually have come since an instant: walked hour by hour, at most a week."""
        at, least = since, rules.policy.past_nights_least
        for _ in range(7 * 24):
            until = (at // HOUR + 1) * HOUR
            asleep = feed.rate.nights_only and rules.calendar.night_of(at) is None
            rate = 0.0 if asleep else feed.usual_per_hour(self._hour(at, rules), least)
            share = rate * (until - at) / HOUR
            if share >= expected:
                return at + round(expected / rate * HOUR)
            expected -= share
            at = until
        return _NEVER

    def _hour(self, at: Instant, rules: Rules) -> int:
        """The local hour of an instant; zones with half hours are taken by the hour's beginning."""
        utc_hour = at // HOUR
        hour = self._local_hours.get(utc_hour)
        if hour is None:
            if len(self._local_hours) > 10_000:
                self._local_hours.clear()
            local = datetime.fromtimestamp(utc_hour * HOUR / 1000, zone(rules.policy.nights.time_zone))
            hour = self._local_hours[utc_hour] = local.hour
        return hour

    def _rearm(self) -> None:
        self._due = min((_deadline(s) for feed in self.known.values() for s in feed.sensors.values()), default=_NEVER)


def _deadline(sensor: Sensor) -> Instant:
    """When a sensor's silence next changes its word, as far as was computed: never too late."""
    if sensor.status is FeedStatus.LIVE:
        return sensor.quiet_at
    return sensor.blind_at if sensor.status is FeedStatus.QUIET else _NEVER


def _word(sensor: Sensor, now: Instant) -> FeedStatus:
    if now >= sensor.blind_at:
        return FeedStatus.BLIND
    return FeedStatus.QUIET if now >= sensor.quiet_at else FeedStatus.LIVE
