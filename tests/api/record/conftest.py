"""These tests hold for files and for PostgreSQL."""

from tests.builders_postgres import on_both

where = on_both
