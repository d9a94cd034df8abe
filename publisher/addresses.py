"""Where our own pages are: what mails and feeds link to, and what the site answers."""

from publisher.config import Settings

FEEDS, ISSUES, LEAVE = "/feeds/", "/issues/", "/leave/"
"""The paths under which the site has its feeds, the web copies of issues, and the way out."""

PREFERENCES, HELPFUL, REVIEW = "/preferences/", "/helpful/", "/review/"
"""Those of a reader's own choices, of the question whether an issue was helpful, and of a reviewer's decision."""

CONFIRM = "/confirm/"
"""That of the button which lets a subscription begin."""

WEBHOOKS = "/webhooks/"
"""That under which relays report what became of mails, each at its own name."""

YES, NO = "yes", "no"


def of_feeds(settings: Settings) -> str:
    """Give the address of the page that lists the feeds; theirs begin with it."""
    return f"{settings.web.base_url}{FEEDS}"


def of_feed(settings: Settings, name: str, suffix: str) -> str:
    """Give the address of a feed in one of its formats."""
    return f"{of_feeds(settings)}{name}.{suffix}"


def of_issue(settings: Settings, newsletter: str, language: str, period_name: str) -> str:
    """Give the address of an issue's web copy."""
    return f"{settings.web.base_url}{ISSUES}{newsletter}/{language}/{period_name}"


def of_leaving(settings: Settings, token: str) -> str:
    """Give the address that ends the subscription a token stands for."""
    return f"{settings.web.base_url}{LEAVE}{token}"


def of_preferences(settings: Settings, token: str) -> str:
    """Give the address of the choices of the subscriber a token stands for."""
    return f"{settings.web.base_url}{PREFERENCES}{token}"


def of_review(settings: Settings, token: str) -> str:
    """Give the address at which the reviewer a token stands for sees an issue and decides."""
    return f"{settings.web.base_url}{REVIEW}{token}"


def of_confirming(settings: Settings, token: str) -> str:
    """Give the address at which the subscription a token stands for is confirmed."""
    return f"{settings.web.base_url}{CONFIRM}{token}"
