"""What the push did, in numbers that only rise; read by the metrics."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Counters:
    """Owned by the hub's loop. `deltas` is by the audience's role, `ended` and `refused` by reason."""

    deltas: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    snapshots: int = 0
    resumes: int = 0
    gaps: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
