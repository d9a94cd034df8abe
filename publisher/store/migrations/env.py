"""Runs the migrations over the connection that `engine.upgrade` opened."""

from alembic import context

from publisher.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
