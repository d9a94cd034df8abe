"""The demo's config: the shipped one, with its addresses and folders turned to the sample newsroom."""

import json
import re
from pathlib import Path

from publisher.config.positions import lines_of_keys
from publisher.errors import ConfigError

SHIPPED = Path(__file__).with_name("shipped.toml")

_FEED = """
# The same site's feed: what both have is one article.
[[sources]]
name = "feed"
kind = "feed"
url = {url}
language = "en"
"""


def demo_config(shipped: str, site: str, web: str | None = None, port: int = 0) -> str:
    """Give the text of the demo's config for the newsroom at `site`.

    With `web` our own pages are there, served on `port`; without, they have the address that was shipped.
    """
    texts = {"en": f"{site}/donate/", "es": f"{site}/es/donar/"}
    donate = ", ".join(f"{language} = {json.dumps(url)}" for language, url in texts.items())
    changed = _with(
        shipped,
        {
            ("publication", "url"): json.dumps(f"{site}/"),
            ("sources", 0, "url"): json.dumps(f"{site}/"),
            ("appeal", "url"): f"{{ {donate} }}",
            ("database", "url"): '"sqlite:///publisher.db"',
            ("delivery", "transport"): '"outbox"',
            ("delivery", "outbox"): '"outbox"',
            **({("web", "base_url"): json.dumps(web), ("web", "port"): str(port)} if web else {}),
            ("fetch", "allow_hosts"): '["127.0.0.1"]',
            ("fetch", "pause_seconds"): "0",
        },
    )
    return changed + _FEED.format(url=json.dumps(f"{site}/feed/"))


def _with(text: str, values: dict[tuple[str | int, ...], str]) -> str:
    lines = text.splitlines()
    places = lines_of_keys(text)
    for path, value in values.items():
        if path not in places:
            raise ConfigError(f"the shipped config has no {path}; the demo cannot be set up from it")
        at = places[path] - 1
        lines[at] = re.sub(r"=.*", "= " + value.replace("\\", r"\\"), lines[at], count=1)
    return "\n".join(lines) + "\n"


def shipped_config() -> str:
    """Give the text of the config as it was shipped; the one in the checkout may be somebody's newsroom by now."""
    return SHIPPED.read_text(encoding="utf-8")
