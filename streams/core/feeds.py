"""Quiet or blind? Each feed's silence, weighed against its usual rate at this hour.

With arrivals Poisson at the usual rate, P(none in gap) = exp(-expected in gap): a feed is quiet when its silence has a
chance under the policy's `quiet_chance`, blind under `blind_chance`. A feed that declares heartbeats is quiet after one
missed beat of any sensor and blind after the policy's `heartbeats_missed`.
"""

from datetime import datetime
from typing import Final

from schemas.night import OperatingNight
from schemas.picture import FeedStatus
from schemas.policy import FeedRate
from schemas.times import DAY, HOUR, NEVER, SECOND, Instant, zone
from streams.core.rules import Rules

LEARNED_NIGHTS_MAX: Final = 8
_HOURS_MAX: Final = 1_000
"""Local hours remembered; past them they are computed anew."""
_LIVE: Final = FeedStatus.LIVE


class Sensor:
    """One sensor of a feed, or the feed itself: when it was last heard, and since when its status holds.

    Its silence is counted from when it was last heard or else from `watched_at`; `due` is when it may next change its
    word, never too late.
    """

    __slots__ = ("due", "heard_at", "since", "status", "watched_at")

    def __init__(self, watched_at: Instant) -> None:
        self.heard_at: Instant | None = None
        self.watched_at = watched_at
        self.since = watched_at
        self.status = FeedStatus.LIVE
        self.due: Instant = NEVER

    @property
    def silent_since(self) -> Instant:
        """Since when nothing was heard; what was heard before it was watched does not make its silence longer."""
        heard_at, watched_at = self.heard_at, self.watched_at
        return watched_at if heard_at is None or heard_at < watched_at else heard_at


class Feed:
    """One feed: its sensors by id ("" is the feed itself), what was heard tonight, what past nights taught.

    `usual` are the records an hour of each local hour, which `learn` computes.
    """

    def __init__(self, rate: FeedRate, since: Instant) -> None:
        self.rate = rate
        self.sensors = {id_: Sensor(since) for id_ in (rate.sensors or ("",))}
        self.heard_tonight = 0
        self.by_hour: dict[int, int] = {}
        self.learned: list[dict[int, int]] = []
        self.usual = rate.first_rates

    @property
    def status(self) -> FeedStatus:
        """The worst of its sensors: an area whose camera is blind is blind."""
        found = {sensor.status for sensor in self.sensors.values()}
        return next(s for s in (FeedStatus.BLIND, FeedStatus.QUIET, FeedStatus.LIVE) if s in found)

    def learn(self, nights_least: int) -> None:
        """At each hour the mean of the nights that reached it, else the policy's first rate."""
        self.usual = tuple(self._usual(hour, nights_least) for hour in range(24))

    def _usual(self, hour: int, nights_least: int) -> float:
        taught = [night[hour] for night in self.learned if hour in night]
        return sum(taught) / len(taught) if taught and len(taught) >= nights_least else self.rate.first_rates[hour]


class Feeds:
    """The health of every feed the policy names. `due` is when the next silence may change its word."""

    def __init__(self) -> None:
        self.known: dict[str, Feed] = {}
        self.due: Instant = NEVER
        self._watched: list[tuple[str, Feed, Sensor]] = []
        self._local_hours: dict[int, int] = {}

    def adopt(self, rules: Rules, clock: Instant) -> list[str]:
        """Follow a policy's feeds; one that is new counts as heard now. Gives those that are followed no more."""
        kept, self.known = self.known, {}
        for rate in rules.policy.feeds:
            feed = Feed(rate, clock)
            old = kept.pop(rate.source.value, None)
            if old is not None:
                feed.sensors.update({i: s for i, s in old.sensors.items() if i in feed.sensors})
                feed.heard_tonight, feed.by_hour, feed.learned = old.heard_tonight, old.by_hour, old.learned
            self.known[rate.source.value] = feed
        self._local_hours.clear()
        self.rearm(rules)
        return list(kept)

    def begin(self, clock: Instant, rules: Rules) -> None:
        """The clock has its first reading: nobody has been silent before it."""
        for _, _, sensor in self._watched:
            sensor.watched_at = sensor.since = clock
        self.rearm(rules)

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
        if sensor is not None and (sensor.heard_at is None or at > sensor.heard_at):
            sensor.heard_at = at
            if sensor.status is not _LIVE:
                sensor.status, sensor.since = FeedStatus.LIVE, at
                self._arm(feed, sensor, rules)
        return True

    def judge(self, now: Instant, rules: Rules) -> list[str]:
        """Silences that have grown long enough; gives the feeds whose word changed.

        A deadline is not moved with every record, only found to have moved when it comes: so a record costs little.
        """
        changed: dict[str, None] = {}
        due = NEVER
        for source, feed, sensor in self._watched:
            if sensor.due <= now and self._weigh(feed, sensor, now, rules):
                changed[source] = None
            due = min(due, sensor.due)
        self.due = due
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
        self.rearm(rules)

    def usual_now(self, source: str, rules: Rules) -> float:
        """A feed's usual records an hour at the hour in which it was last heard, to two decimals."""
        feed = self.known[source]
        return round(feed.usual[self._hour(max(s.silent_since for s in feed.sensors.values()), rules)], 2)

    def blind_at(self, source: str, rules: Rules) -> Instant | None:
        """When the feed's silence stops being chance, if nothing more is heard; None: never."""
        feed = self.known[source]
        blind_at = min(self._blind_at(feed, sensor, rules) for sensor in feed.sensors.values())
        return None if blind_at == NEVER else blind_at

    def rearm(self, rules: Rules) -> None:
        """What is usual, or who is watched, may have changed: every deadline is computed again."""
        self._watched = [(name, f, sensor) for name, f in self.known.items() for sensor in f.sensors.values()]
        for feed in self.known.values():
            feed.learn(rules.policy.past_nights_least)
        self.due = NEVER
        for _, feed, sensor in self._watched:
            self._arm(feed, sensor, rules)

    def _arm(self, feed: Feed, sensor: Sensor, rules: Rules) -> None:
        if sensor.status is FeedStatus.LIVE:
            sensor.due = self._quiet_at(feed, sensor, rules)
        else:
            sensor.due = self._blind_at(feed, sensor, rules) if sensor.status is FeedStatus.QUIET else NEVER
        self.due = min(self.due, sensor.due)

    def _weigh(self, feed: Feed, sensor: Sensor, now: Instant, rules: Rules) -> bool:
        """Judge one silence whose deadline has come; whether its word changed."""
        quiet_at = self._quiet_at(feed, sensor, rules)
        if sensor.status is FeedStatus.LIVE and now < quiet_at:
            sensor.due = quiet_at
            return False
        blind_at = self._blind_at(feed, sensor, rules)
        if now < blind_at:
            sensor.due = blind_at
            status, since = FeedStatus.QUIET, quiet_at
        else:
            sensor.due = NEVER
            status, since = FeedStatus.BLIND, blind_at
        if status is sensor.status:
            return False
        sensor.status, sensor.since = status, since
        return True

    def _quiet_at(self, feed: Feed, sensor: Sensor, rules: Rules) -> Instant:
        if feed.rate.heartbeat_s is not None:
            return sensor.silent_since + min(2, rules.policy.heartbeats_missed) * feed.rate.heartbeat_s * SECOND
        return self._silence_ends(feed, sensor.silent_since, rules.silence_quiet, rules)

    def _blind_at(self, feed: Feed, sensor: Sensor, rules: Rules) -> Instant:
        if feed.rate.heartbeat_s is not None:
            return sensor.silent_since + rules.policy.heartbeats_missed * feed.rate.heartbeat_s * SECOND + 1
        return self._silence_ends(feed, sensor.silent_since, rules.silence_blind, rules)

    def _silence_ends(self, feed: Feed, since: Instant, expected: float, rules: Rules) -> Instant:
        """When so many records would usually have come since an instant: walked hour by hour, at most a week."""
        at, usual, nights_only, hours = since, feed.usual, feed.rate.nights_only, self._local_hours
        for until in range((since // HOUR + 1) * HOUR, since + 7 * DAY, HOUR):
            if not nights_only or rules.calendar.night_of(at) is not None:
                hour = hours.get(at // HOUR)
                rate = usual[self._hour(at, rules) if hour is None else hour]
                share = rate * (until - at) / HOUR
                if share >= expected:
                    return at + round(expected / rate * HOUR)
                expected -= share
            at = until
        return NEVER

    def _hour(self, at: Instant, rules: Rules) -> int:
        """The local hour of an instant; zones with half hours are taken by the hour's beginning."""
        utc_hour = at // HOUR
        hour = self._local_hours.get(utc_hour)
        if hour is None:
            if len(self._local_hours) >= _HOURS_MAX:
                self._local_hours.clear()
            local = datetime.fromtimestamp(utc_hour * HOUR / 1000, zone(rules.policy.nights.time_zone))
            hour = self._local_hours[utc_hour] = local.hour
        return hour
