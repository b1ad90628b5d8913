"""The topic registry."""

from typing import get_args

from schemas.feeds import FeedRecord, Source
from schemas.realms import EXERCISE, LIVE
from schemas.times import HOUR
from schemas.topics import FEED_TOPICS, JOURNAL, PICTURE, TOPICS


def test_each_source_has_a_topic_and_each_feed_record_a_place() -> None:
    assert set(FEED_TOPICS) == set(Source)
    assert {kind for topic in FEED_TOPICS.values() for kind in topic.records} == set(get_args(FeedRecord))


def test_names_are_unique_within_and_across_realms() -> None:
    names = [topic.full_name(realm) for topic in TOPICS for realm in (LIVE, EXERCISE)]
    assert len(names) == len(set(names)) == 2 * len(TOPICS)
    assert FEED_TOPICS[Source.LFB].full_name(LIVE) == "live.feed.lfb"


def test_the_journal_is_kept_and_the_picture_for_at_least_the_two_hours_that_rebuild_a_view() -> None:
    assert JOURNAL.retention_ms is None
    assert PICTURE.retention_ms is not None
    assert PICTURE.retention_ms >= 2 * HOUR


def test_every_topic_is_bounded_in_partitions() -> None:
    assert all(1 <= topic.partitions <= 64 for topic in TOPICS)
