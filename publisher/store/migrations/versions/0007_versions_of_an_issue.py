"""What an issue said before it was amended, and which of it each recipient got."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table and the columns; what was sent until now is the first version."""
    op.create_table(
        "issue_versions",
        sa.Column("issue_id", _Id, nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("variant", sa.JSON(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_issue_versions_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "version", name=op.f("pk_issue_versions")),
    )
    with op.batch_alter_table("issues") as table:
        table.add_column(sa.Column("version", sa.SmallInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("amended", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("amendment", sa.JSON(), nullable=True))
        table.add_column(sa.Column("corrects", _Id, nullable=True))
        table.create_foreign_key(op.f("fk_issues_corrects"), "issues", ["corrects"], ["id"])
    op.add_column("deliveries", sa.Column("version", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("in_doubt", sa.Boolean(), nullable=False, server_default=sa.false()))
