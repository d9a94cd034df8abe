"""Ana's newsroom over a real store: she publishes, time passes, issues are composed and sent."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from publisher.config import Settings, load
from publisher.model import Article, IssueState
from publisher.store import Store, articles, sources
from publisher.tasks import composing, issuing, sending, spam, subscribing
from publisher.tasks.issuing import Shown

SHIPPED = Path(__file__).parents[2] / "config.toml"
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
"""09:00 in Bogota: when the shipped newsletter is due."""
WEEKLY = "the-organization"


@dataclass
class Newsroom:
    """The newsroom at one moment; `now` moves when a test says so."""

    store: Store
    settings: Settings
    now: datetime = FRIDAY

    def clock(self) -> datetime:
        return self.now

    def configured(self, table: str, **values: Any) -> None:
        """Change keys of one table of the config."""
        changed = getattr(self.settings, table).model_copy(update=values)
        self.settings = self.settings.model_copy(update={table: changed})

    def newsletter(self, **values: Any) -> None:
        """Change keys of the newsletter's config."""
        changed = self.settings.newsletters[0].model_copy(update=values)
        self.settings = self.settings.model_copy(update={"newsletters": (changed,)})

    def publishes(self, title: str, *, hours_ago: float = 24, **fields: Any) -> Article:
        """Put an article into the store as if collected now."""
        published = self.now - timedelta(hours=hours_ago)
        slug = title.lower().replace(" ", "-")
        article = Article(
            **{
                "url": f"https://estuary.example.org/{slug}/",
                "language": "en",
                "title": title,
                "published": published,
                "modified": published,
                "source": "site",
                "categories": ("News",),
                "body": "<p>The first paragraph.</p>",
                **fields,
            }
        )
        self.changes(article)
        return article

    def changes(self, article: Article, **fields: Any) -> None:
        """Store an article anew, with some of its fields changed."""
        changed = replace(article, **fields)
        with self.store.writing() as transaction:
            articles.keep(transaction, [(changed, changed)], self.now)
            sources.succeeded(transaction, changed.source, self.now)

    def composes(self, language: str = "en", period: str | None = None) -> Shown:
        (made,) = composing.compose(self.store, self.settings, WEEKLY, self.now, period, language)
        return issuing.show(self.store, made.id)

    def approves(self, shown: Shown) -> int:
        return issuing.move(self.store, shown.issue.id, IssueState.APPROVED, self.now).id

    def subscribes(self, *addresses: str, language: str = "en") -> None:
        for address in addresses:
            subscribing.add(self.store, self.settings, address, WEEKLY, "paper list, May 2026", self.now, language)

    def sends(self, issue: int) -> dict[str, int]:
        counts = sending.send(self.store, self.settings, issue, self.clock)
        return {str(state): count for state, count in counts.items() if count}

    def mails(self) -> list[EmailMessage]:
        """Read what the outbox has for subscribers."""
        return [mail for folder, mail in self._outbox() if folder != "notices"]

    def notices(self) -> list[EmailMessage]:
        """Read what the outbox has for those who are asked or told something."""
        return [mail for folder, mail in self._outbox() if folder == "notices"]

    def _outbox(self) -> list[tuple[str, EmailMessage]]:
        folder = self.settings.path(self.settings.delivery.outbox)
        return [
            (file.parent.name, message_from_bytes(file.read_bytes(), policy=policy.default))
            for file in sorted(folder.rglob("*.eml"))
        ]

    def recipients(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails())


def titles(shown: Shown) -> list[str]:
    """Give the titles an issue carries, in its order."""
    return [placement.article.article.title for placement in shown.placements if placement.section]


def reasons(shown: Shown) -> dict[str, str]:
    """Give the place or the reason of every article by its title."""
    return {placement.article.article.title: str(placement.reason) for placement in shown.placements}


@pytest.fixture(autouse=True)
def _without_spamassassin(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of checking ask it; the others have no seconds to spare."""
    if request.path.stem != "test_checking":
        monkeypatch.setattr(spam, "findings", lambda _mail: ())


@pytest.fixture
def newsroom(store: Store, tmp_path: Path) -> Newsroom:
    config = tmp_path / "config.toml"
    config.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    return Newsroom(store, load(config, {}))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped config."""
    config = tmp_path / "config.toml"
    config.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    return load(config, {})
