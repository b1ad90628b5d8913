"""The live push: one hub that sends each topic's deltas, encoded once, to everyone who follows it."""
