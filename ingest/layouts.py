"""Which shapes of rows each source has, and what parses them."""

from collections.abc import Callable
from typing import Final

from ingest.columns import Layout
from ingest.context import Context
from ingest.sources import lfb, nightstars, noise, points, sbn
from schemas.feeds import Source

LAYOUTS: Final[dict[Source, Callable[[Context], tuple[Layout, ...]]]] = {
    Source.LFB: lfb.layouts,
    Source.SBN: sbn.layouts,
    Source.NIGHTSTARS: nightstars.layouts,
    Source.NOISE: noise.layouts,
    Source.POINTS: points.layouts,
}
