"""A view becomes what is sent and shown: HTML mail with its CSS inlined, plain text, and the web copy.

Done once for all subscribers with the same content. The marks of `model.Place` stand where the personal parts
go, once each in HTML and text; the web copy has none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from publisher import markup, templating
from publisher.compose import largest, marks, notes, typed
from publisher.compose.view import View
from publisher.config.theme import Theme
from publisher.languages import direction
from publisher.model import Variant
from publisher.sections import speaks

_TOGETHER = 22
"""What fits beside a thumbnail on the narrowest phone, in characters."""

_GUTTERS = 2 * 32
"""Of a column on a wide screen, in pixels."""


@lru_cache(maxsize=8)
def environment(theme: Theme, own: Path | None) -> Environment:
    """Give the templates, with the filters that the digest needs."""
    made = templating.environment(theme, own)
    made.filters |= {
        "wrapped": typed.wrapped,
        "underlined": typed.underlined,
        "unbroken": _unbroken,
        "dotted": _dotted,
        "for_mail": lambda html: Markup(notes.for_mail(html, theme.width - _GUTTERS)),  # noqa: S704 - a note is safe
    }
    made.globals |= {"links": markup.links}
    return made


@dataclass(frozen=True, slots=True)
class Rendered:
    """An issue in all its forms; of its mail's HTML an editor's own words are `own_octets`.

    `left_out` counts the articles that stand in its web copy alone.
    """

    variant: Variant
    own_octets: int
    left_out: int


def render(whole: View) -> Rendered:
    """Render an issue.

    Raises:
        ConfigError: when the newsroom's own words hold a mark of `model.Place`, or one of its templates fails.
    """
    mail = largest.mail(whole, partial(_rendered, "email/digest/body.html"))
    variant = Variant(
        subject=_rendered("email/digest/subject.txt", whole).strip(),
        preheader=whole.preheader,
        html=mail.html,
        text=re.sub(r"\n{3,}", "\n\n", _rendered("email/digest/body.txt", mail.view)).strip() + "\n",
        web=_rendered("web/issue.html", whole),
    )
    marks.check(variant, is_greeted=bool(whole.greeting))
    return Rendered(variant, mail.own_octets, mail.view.more_count)


def _rendered(template: str, view: View) -> str:
    return templating.rendered(
        environment(view.theme, view.settings.own_templates),
        template,
        issue=view,
        language=view.language,
        direction=view.direction,
        title=view.title,
        publication_name=view.publication.name,
        publication_url=view.publication_url,
        ours=_said_in(view.words_language, view.language),
        worded=_said_in(view.notice.language, view.language),
        typed=typed.Typist(),
    )


def _said_in(spoken: str, language: str) -> Markup:
    """Give the attributes that tell where words of ours are in another language than the issue."""
    if speaks(language, spoken):
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(spoken, direction(spoken))


@pass_eval_context
def _dotted(context: EvalContext, parts: Iterable[str]) -> str:
    """Join what is said of an article by dots: no line begins with a dot, and none is too long to be broken.

    A part of a few characters stays with the word before it; before a longer one the line may end, after the dot.
    """
    line: str = Markup("") if context.autoescape else ""
    tail = 0
    for part in filter(None, parts):
        said = escape(part).striptags() if context.autoescape else part
        is_kept = tail + 3 + len(said) <= _TOGETHER
        separator = ("\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}" if is_kept else "\N{NO-BREAK SPACE}· ") if line else ""
        tail = tail + 3 + len(said) if line and is_kept else len(said.rpartition(" ")[2])
        line += separator + part
    return line


def _unbroken(text: str) -> str:
    """Keep a few words on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
