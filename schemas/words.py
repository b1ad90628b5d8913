"""Where the words of a report are kept: a reference that is the same each time the report is told."""

from hashlib import blake2b

from schemas.feeds import Source


def words_ref(source: Source, source_id: str, revision: int) -> str:
    """Where the words of one revision of one report are kept."""
    return "w-" + blake2b(f"{source}:{source_id}:{revision}".encode(), digest_size=8).hexdigest()
