"""What editors do with issues, what readers say of them, and articles found by country and tag as by category."""

import sqlalchemy as sa
from alembic import op

from publisher.store import terms

revision = "0003"
down_revision = "0002"

AT_ONCE = 500
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and tables, and fill the terms of the articles there are."""
    _add_columns()
    _make_tables()
    _move_categories()


def _add_columns() -> None:
    op.add_column("issues", sa.Column("kind", sa.String(20), nullable=False, server_default="periodic"))
    for name in ("audiences", "edits"):
        op.add_column("issues", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("issues", sa.Column("findings", sa.JSON(), nullable=False, server_default="[]"))
    for name in ("held_because", "held_by", "approved_by"):
        op.add_column("issues", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("placements", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))


def _make_tables() -> None:
    asked = ["newsletter", "language", "state", "consented"]
    op.drop_index("ix_subscriptions_newsletter_language_state", "subscriptions")
    op.create_index(f"ix_subscriptions_{'_'.join(asked)}", "subscriptions", asked, unique=False)
    op.create_table(
        "issue_events",
        sa.Column("id", _Id, nullable=False),
        sa.Column("issue_id", _Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "what", "words")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_issue_events_issue_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_events")),
    )
    op.create_index(op.f("ix_issue_events_issue_id"), "issue_events", ["issue_id"], unique=False)
    op.create_table(
        "votes",
        sa.Column("issue_id", _Id, nullable=False),
        sa.Column("voter", sa.String(64), nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_votes_issue_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", "voter", name=op.f("pk_votes")),
    )
    op.create_table(
        "article_terms",
        sa.Column("article_id", _Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_terms_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "kind", "term", name=op.f("pk_article_terms")),
    )
    op.create_index("ix_article_terms_kind_term", "article_terms", ["kind", "term"], unique=False)


def _move_categories() -> None:
    articles = sa.table("articles", sa.column("id", sa.BigInteger()), sa.column("content", sa.JSON()))
    made = sa.table("article_terms", *(sa.column(name) for name in ("article_id", "kind", "term")))
    last = 0
    while True:
        query = sa.select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(AT_ONCE)
        rows = op.get_bind().execute(query).all()
        if not rows:
            break
        last = rows[-1].id
        found = [
            {"article_id": row.id, "kind": kind, "term": term} for row in rows for kind, term in terms.of(row.content)
        ]
        if found:
            op.bulk_insert(made, found)
    op.drop_table("article_categories")
