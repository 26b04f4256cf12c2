"""Alembic's entry: runs on the connection that `upgrade_database` gives, within its transaction."""

from alembic import context

from yunqi.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
