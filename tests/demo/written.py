"""What the sample newsroom's files say, and the three articles that its editors' second look is about."""

from collections.abc import Callable
from datetime import UTC, datetime

from publisher.demo import newsroom
from publisher.demo.newsroom import manuscripts
from publisher.demo.newsroom.manuscripts import HERE
from publisher.model import Article, Skipped

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
"""Friday 20 November 2026, 09:00 in Bogota: when the newest week is complete."""

FIRST = manuscripts.read_all(HERE / "articles")
SECOND = manuscripts.read_all(HERE / "articles" / "second")

CORRECTED = "customs-finds-cocaine-in-banana-boxes"
RETRACTED = "cooperative-bought-engines-with-smugglers-money"
LATE = "los-ahogados-que-pagan-la-luz"

Collected = tuple[dict[str, Article], list[Skipped]]
Collect = Callable[[newsroom.Site, str, str], Collected]
