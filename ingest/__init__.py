"""From the outside world to typed feed records: vendor files, dead letters, watched folder, simulator."""
