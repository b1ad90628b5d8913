"""A replay's policy and its result: what became of every row, and the digest."""

from collections.abc import Mapping
from dataclasses import replace

from schemas.feeds import Source
from schemas.policy import Policy
from streams.core.desk import Desk
from streams.core.digest import digest


def replay_policy(policy: Policy, source: Source) -> Policy:
    """The policy of a replay: feeds that are not replayed are not missed."""
    return replace(policy, feeds=tuple(rate for rate in policy.feeds if rate.source is source))


def result_of(
    desk: Desk, stream: str, read: int, outside: int, rejected: Mapping[str, int], elapsed_s: float
) -> dict[str, object]:
    """What `replay --json` prints. `entries` and `duplicates` leave out transport repeats."""
    count = desk.counts.stream(stream)
    refused = dict(rejected)
    for reason, number in count.rejected.items():
        refused[reason] = refused.get(reason, 0) + number
    entries = count.accepted + count.duplicates
    return {
        "read": read,
        "accepted": count.accepted,
        "duplicates": count.duplicates,
        "outside": outside,
        "rejected": refused,
        "late": count.late,
        "entries": entries,
        "incidents": {category: number for category, number in sorted(desk.counts.incidents.items()) if number},
        "nights": desk.nights.touched,
        "alerts": {},
        "elapsed_s": round(elapsed_s, 3),
        "entries_per_s": round(entries / elapsed_s) if elapsed_s > 0 else 0,
        "digest": digest(desk),
    }
