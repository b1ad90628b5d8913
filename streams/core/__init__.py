"""The pure fold: no clock, no randomness, no I/O. The same journal gives the same bytes, on every machine."""
