"""One file a source: what a vendor row means."""
