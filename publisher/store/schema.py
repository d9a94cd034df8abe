"""The tables. What the migrations build is this, and a test holds the two together."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from publisher.store.text import Words


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite has no zones, so it is kept there without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give what the database kept as an aware instant."""
        if value is None:
            return None
        kept: datetime = value
        return kept.replace(tzinfo=UTC) if dialect.name == "sqlite" else kept.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

articles = Table(
    "articles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("identity", Words, nullable=False, unique=True),
    Column("url", Words, nullable=False),
    Column("language", String(35), nullable=False),
    Column("published", Instant, nullable=False, index=True),
    Column("first_seen", Instant, nullable=False, index=True),
    Column("updated", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("retracted_at", Instant),
    Column("retracted_by", String(10)),
    Column("looked_at", Instant),
    Column("missing_since", Instant, index=True),
    Column("digest", String(64), nullable=False),
    Column("content", JSON, nullable=False),
    Index("ix_articles_language_published", "language", "published"),
)

article_terms = Table(
    "article_terms",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("term", Words, primary_key=True),
    Index("ix_article_terms_kind_term", "kind", "term"),
)

article_copies = Table(
    "article_copies",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("source", Words, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("content", JSON, nullable=False),
)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("replaced", Instant, nullable=False),
    Column("content", JSON, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", Words, primary_key=True),
    Column("memory", JSON, nullable=False),
    Column("succeeded", Instant),
    Column("failed", Instant),
    Column("failure", Words),
)

notes = Table(
    "notes",
    metadata,
    Column("source", Words, primary_key=True),
    Column("what", Words, primary_key=True),
    Column("words", Words, primary_key=True),
    Column("collected", Boolean, nullable=False),
    Column("noted", Instant, nullable=False, index=True),
)

issues = Table(
    "issues",
    metadata,
    Column("id", Id, primary_key=True),
    Column("newsletter", Words, nullable=False),
    Column("language", String(35), nullable=False),
    Column("period", String(20), nullable=False),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("title", Words, nullable=False),
    Column("variant", JSON, nullable=False),
    Column("composed", Instant, nullable=False),
    Column("approved", Instant),
    Column("sent", Instant),
    Column("kind", String(20), nullable=False, server_default="periodic"),
    Column("audiences", JSON, nullable=False, server_default="{}"),
    Column("edits", JSON, nullable=False, server_default="{}"),
    Column("findings", JSON, nullable=False, server_default="[]"),
    Column("held_because", Words, nullable=False, server_default=""),
    Column("held_by", Words, nullable=False, server_default=""),
    Column("approved_by", Words, nullable=False, server_default=""),
    Column("version", SmallInteger, nullable=False, server_default="0"),
    Column("amended", Instant),
    Column("amendment", JSON(none_as_null=True)),
    Column("corrects", Id, ForeignKey("issues.id")),
    UniqueConstraint("newsletter", "language", "period"),
)

issue_versions = Table(
    "issue_versions",
    metadata,
    Column("issue_id", Id, ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("version", SmallInteger, primary_key=True, autoincrement=False),
    Column("variant", JSON, nullable=False),
    Column("audiences", JSON, nullable=False),
)

issue_events = Table(
    "issue_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("issue_id", Id, ForeignKey("issues.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("who", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("words", Words, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("issue_id", Id, ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("voter", String(64), primary_key=True),
    Column("is_helpful", Boolean, nullable=False),
    Column("cast_at", Instant, nullable=False),
)

placements = Table(
    "placements",
    metadata,
    Column("issue_id", Id, ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("section", Words),
    Column("position", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("identity", Words, nullable=False, unique=True),
    Column("email", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("language", String(35), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("suppressed", Words),
    Column("created", Instant, nullable=False),
    # SQLite would give the id of one who was erased to the next, and with it the links in the mails that one got.
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("newsletter", Words, primary_key=True),
    Column("language", String(35), nullable=False),
    Column("state", String(20), nullable=False),
    Column("consent", Words, nullable=False),
    Column("consented", Instant, nullable=False),
    Column("left_at", Instant),
    # The last column tells who is new: asked every minute while a welcome is open.
    Index("ix_subscriptions_newsletter_language_state_consented", "newsletter", "language", "state", "consented"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("why", Words, nullable=False),
    Column("since", Instant, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(20), nullable=False, unique=True),
    Column("issue_id", Id, ForeignKey("issues.id"), nullable=False),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="SET NULL")),
    Column("state", String(20), nullable=False),
    Column("claims", Integer, nullable=False),
    Column("sender", String(16)),
    Column("attempts", Integer, nullable=False),
    Column("version", SmallInteger, nullable=False, server_default="0"),
    # Whether a server may have taken its message though nobody heard so: the same Message-ID is then the same octets.
    Column("in_doubt", Boolean, nullable=False, server_default=false()),
    Column("created", Instant, nullable=False),
    Column("next_try", Instant),
    Column("lease_until", Instant),
    Column("settled", Instant),
    Column("code", Integer),
    Column("enhanced", String(20), nullable=False),
    Column("words", Words, nullable=False),
    UniqueConstraint("issue_id", "subscriber_id"),
    # Claims walk it in order, so that one costs the same whatever was sent before; counts and leases read it too.
    Index("ix_deliveries_issue_id_state_next_try_id", "issue_id", "state", "next_try", "id"),
    # What is stored about one subscriber, and erasing it.
    Index("ix_deliveries_subscriber_id", "subscriber_id"),
)

bounces = Table(
    "bounces",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("words", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

# What all senders together keep to: from when on the next message may go, by the name of what has a rate.
paces = Table(
    "paces",
    metadata,
    Column("name", Words, primary_key=True),
    Column("rate", Float),
    Column("free_at", Instant),
)

# How many messages were claimed in each minute of the last day, while there is a limit for an hour or a day.
claims = Table(
    "claims",
    metadata,
    Column("minute", Instant, primary_key=True),
    Column("messages", Integer, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("task", Words, primary_key=True),
    Column("period", Words, primary_key=True),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),
    Column("outcome", Words),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
