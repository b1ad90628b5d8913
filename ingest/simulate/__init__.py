"""A seeded night of the city, written as the four feeds would send it."""
