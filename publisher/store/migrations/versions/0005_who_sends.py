"""Who sends a row: its sender's name takes the place of the mark that its message was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change the column; what an older version left in the middle of a message stays in doubt."""
    deliveries = sa.table("deliveries", sa.column("state"), sa.column("begun"), sa.column("lease_until"))
    waiting = (deliveries.c.state == "sending") & ~deliveries.c.begun
    op.execute(deliveries.update().where(waiting).values(state="queued", lease_until=None))
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("sender", sa.String(16), nullable=True))
        table.drop_column("begun")
