"""How Alembic reaches the database: always through a connection that ``upgrade`` opened."""

from alembic import context

from dispatch.store.partial import PARTIAL
from dispatch.store.tables import metadata

assert all(index.table is not None for index in PARTIAL)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
