"""The digest: one SHA-256 by which two engines, or a run and its refold, are held against each other."""

from hashlib import sha256

import msgspec
import orjson

from schemas.picture import Kind
from streams.core.desk import Desk
from streams.core.records import picture


def digest(desk: Desk) -> str:
    """SHA-256 of the final picture as canonical JSON, without versions, processing times and feed health.

    Nor does it know who has looked. It stands on the chain of every past incident's and night's last values, so it
    covers the whole journal.
    """
    if desk.adopted is None:
        return sha256(b"").hexdigest()
    state = msgspec.to_builtins(picture(desk), str_keys=True)
    del state[Kind.FEEDS.value]
    for incident in state[Kind.INCIDENTS.value].values():
        del incident["seen_at"]
        for member in incident["members"]:
            del member["received_at"], member["seen_at"]
    state["past"] = desk.chain.link
    state["opened"] = {category: count for category, count in desk.counts.incidents.items() if count}
    return sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()
