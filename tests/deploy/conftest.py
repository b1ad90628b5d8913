"""kafka-python reads its own files in a way that Python 3.11 calls deprecated: once, at its import."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import kafka.admin  # noqa: F401
