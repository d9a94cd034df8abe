"""Writes the CSS of a mail into its elements, for the many mail programs that drop style blocks."""

import os
import re

# premailer reads when it is imported how many parsed rules and selectors it remembers. Ours are more than the 128 it
# starts with, and parsing them anew takes three times as long as all the rest of a mail.
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "2048")

from premailer import Premailer


def inlined(html: str) -> str:
    """Write the CSS into the elements. The style block of media queries asks to be ignored and stays as it is."""
    inliner = Premailer(
        html,
        strip_important=False,
        disable_validation=True,
        remove_classes=False,
        # Sizes for Word are attributes of our own; derived from the CSS, `width: 100%` would overwrite them.
        disable_basic_attributes=["align", "bgcolor", "height", "valign", "width"],
        allow_network=False,
    )
    body = re.sub(r"^\s*<!doctype[^>]*>\s*", "", inliner.transform(), flags=re.IGNORECASE)
    return "<!doctype html>\n" + body
