"""The topic registry."""

from typing import get_args

from schemas.feeds import FeedRecord, Source
from schemas.realms import LIVE
from schemas.times import HOUR
from schemas.topics import FEED_TOPICS, JOURNAL, PARTITIONS, PICTURE, TOPICS


def test_each_source_has_a_topic_and_each_feed_record_a_place() -> None:
    assert set(FEED_TOPICS) == set(Source)
    assert {kind for topic in FEED_TOPICS.values() for kind in topic.records} == set(get_args(FeedRecord))


def test_names_are_unique() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(names) == len(set(names))


def test_the_journal_is_kept_and_the_picture_for_at_least_the_two_hours_that_rebuild_a_view() -> None:
    assert JOURNAL.retention_ms is None
    assert PICTURE.retention_ms is not None
    assert PICTURE.retention_ms >= 2 * HOUR


def test_what_carries_versions_is_never_compacted() -> None:
    assert [topic.name for topic in TOPICS if topic.is_compacted] == ["beside"]


def test_all_topics_share_their_partitions_so_that_an_area_is_one_of_each() -> None:
    assert {topic.partitions for topic in TOPICS} == {PARTITIONS}


def test_a_topic_is_named_by_its_realm() -> None:
    assert JOURNAL.of(LIVE) == "live.journal"


def test_every_topic_is_bounded_in_partitions() -> None:
    assert all(1 <= topic.partitions <= 64 for topic in TOPICS)
