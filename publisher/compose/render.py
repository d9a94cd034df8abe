"""A view becomes what is sent and shown: HTML mail with its CSS inlined, plain text, and the web copy.

Done once for all subscribers with the same content. The marks of `model.Place` stand where the personal parts
go, once each in HTML and text; the web copy has none.
"""

import re
import textwrap
from functools import cache

from jinja2 import Environment
from markupsafe import Markup
from premailer import Premailer

from publisher import markup, templating
from publisher.compose import fit, marks
from publisher.compose.view import View
from publisher.languages import direction
from publisher.model import Variant
from publisher.sections import speaks

HTML_BYTES = 80_000
"""Gmail clips a mail at about 102,000 bytes; the personal parts and its own rewriting come on top of ours."""

_SIZES = ((1000, 1000), (40, 100), (25, 100), (15, 80), (8, 60), (0, 40), (0, 25), (0, 15), (0, 8), (0, 0))
"""How many articles a mail tells in full and lists at all, tried in turn until it is small enough.

The last always is: all that a source writes of the lead has a length of its own.
"""

_TEXT_WIDTH = 70


@cache
def environment() -> Environment:
    """Give the templates, with the filters that the digest needs."""
    made = templating.environment()
    made.filters |= {"wrapped": _wrapped, "unbroken": _unbroken, "underlined": _underlined}
    made.globals |= {"links": markup.links}
    return made


def render(whole: View) -> Variant:
    """Render an issue in all its forms.

    Raises:
        ConfigError: when the newsroom's own words hold a mark of `model.Place`.
    """
    html, mailed = _mail(whole)
    variant = Variant(
        subject=_rendered("email/digest/subject.txt", whole).strip(),
        preheader=whole.preheader,
        html=html,
        text=re.sub(r"\n{3,}", "\n\n", _rendered("email/digest/body.txt", mailed)).strip() + "\n",
        web=_rendered("web/issue.html", whole),
    )
    marks.check(variant)
    return variant


def _mail(whole: View) -> tuple[str, View]:
    """Give the HTML, and the part of the issue that it could take."""
    tried = (fit.within(whole, full, listed) for full, listed in _SIZES)
    for mailed in tried:
        html = _inlined(_rendered("email/digest/body.html", mailed))
        if len(html.encode()) < HTML_BYTES:
            break
    return html, mailed


def _rendered(template: str, view: View) -> str:
    return (
        environment()
        .get_template(template)
        .render(
            issue=view,
            language=view.language,
            direction=view.direction,
            title=view.subject,
            publication_name=view.publication.name,
            publication_url=view.publication.url,
            ours=_said_in(view.words_language, view.language),
            worded=_said_in(view.notice.language, view.language),
        )
    )


def _said_in(spoken: str, language: str) -> Markup:
    """Give the attributes that tell where words of ours are in another language than the issue."""
    if speaks(language, spoken):
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(spoken, direction(spoken))


def _inlined(html: str) -> str:
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
    inlined = inliner.transform()
    body = re.sub(r"^\s*<!doctype[^>]*>\s*", "", inlined, flags=re.IGNORECASE)
    return "<!doctype html>\n" + body


def _wrapped(text: str, first: str = "", rest: str | None = None, width: int = _TEXT_WIDTH) -> str:
    """Break plain text into lines as a person would, never inside a word or an address."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _underlined(heading: str, line: str) -> str:
    return f"{heading}\n{line * min(len(heading), _TEXT_WIDTH)}"


def _unbroken(text: str) -> str:
    """Keep a few words on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
