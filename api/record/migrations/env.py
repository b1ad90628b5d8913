"""Alembic's environment: the connection and the tables are handed in by api/record/migrate.py."""

from alembic import context

_attributes = context.config.attributes

context.configure(connection=_attributes["connection"], target_metadata=_attributes["metadata"])
with context.begin_transaction():
    context.run_migrations()
