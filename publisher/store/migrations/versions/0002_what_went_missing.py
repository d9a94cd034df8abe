"""When an article's page was looked at and found missing, and what could not be read at a source."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("articles", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("articles", sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_articles_missing_since"), "articles", ["missing_since"], unique=False)
    op.create_table(
        "notes",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("collected", sa.Boolean(), nullable=False),
        sa.Column("noted", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "what", "words", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_noted"), "notes", ["noted"], unique=False)
