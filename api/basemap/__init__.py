"""What lies under the picture: streets, water and parks, from a pack that somebody built or from our own schematic."""
