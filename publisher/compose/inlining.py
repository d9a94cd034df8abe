"""Writes the CSS of a mail into its elements, for the many mail programs that drop style blocks."""

import os
import re
from functools import lru_cache
from typing import Any

# premailer reads when it is imported how many parsed rules and selectors it remembers. Ours are more than the 128 it
# starts with, and parsing them anew takes three times as long as all the rest of a mail.
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "2048")

from premailer import Premailer

_OPTIONS: dict[str, Any] = {
    "strip_important": False,
    "disable_validation": True,
    "remove_classes": False,
    # Sizes for Word are attributes of our own; derived from the CSS, `width: 100%` would overwrite them.
    "disable_basic_attributes": ["align", "bgcolor", "height", "valign", "width"],
    "allow_network": False,
}


def inlined(html: str) -> str:
    """Write the CSS into the elements. The style block of media queries asks to be ignored and stays as it is."""
    inliner = Premailer(html, **_OPTIONS)
    inliner._parse_style_rules = _rules
    body = re.sub(r"^\s*<!doctype[^>]*>\s*", "", inliner.transform(), flags=re.IGNORECASE)
    return "<!doctype html>\n" + body


@lru_cache(maxsize=8)
def _rules(css: str, place: int) -> Any:
    """Take a style block apart into rules, as premailer does.

    It remembers what it parsed, but writes each rule out anew for each mail, which takes a third of the time of one.
    """
    return Premailer(**_OPTIONS)._parse_style_rules(css, place)
