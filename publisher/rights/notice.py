"""What stands under everything we publish: the license and the reuse statement.

The statement says the license's own conditions and the newsroom's in one sentence, and its wish in another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from publisher.config import Settings, address_in
from publisher.languages import spoken_in
from publisher.rights.license import license_name, terms
from publisher.rights.wording import WORDINGS, Wording, wording_in


@dataclass(frozen=True, slots=True)
class Notice:
    """The license and the reuse statement, as plain text and as HTML whose links carry their meaning (ccREL).

    `language` is the one the statement's words are in.
    """

    language: str
    license_url: str
    license_name: str
    statement: str
    statement_html: str


def notice(settings: Settings, language: str) -> Notice:
    """Give the license and what it asks of republishers."""
    url, contact = settings.license.url, address_in(settings.publication.contact)
    name, wording = license_name(url), wording_in(language)
    return Notice(
        language=spoken_in(language, WORDINGS),
        license_url=url,
        license_name=name,
        statement=_statement(settings, wording, {"license": name, "contact": contact}),
        statement_html=_statement_html(settings, wording, url, name, contact),
    )


def byline_name(settings: Settings) -> str:
    """Give the newsroom's name as a byline must carry it."""
    return settings.license.byline or settings.publication.name


def copyright_line(settings: Settings, language: str) -> str:
    """Give who holds the rights and under which license, as a feed's `copyright` and `rights` say it."""
    return wording_in(language).copyright.format(
        byline=byline_name(settings), license=license_name(settings.license.url), url=settings.license.url
    )


def _statement_html(settings: Settings, wording: Wording, url: str, name: str, contact: str) -> str:
    marks = {
        "license": Markup('<a rel="license" href="{}">{}</a>').format(url, name),
        "contact": Markup('<a href="mailto:{0}">{0}</a>').format(contact),
    }
    # The marks are filled into escaped words, so that a newsroom's name cannot become markup.
    words = escape(_statement(settings, wording, {"license": "\0license\0", "contact": "\0contact\0"}))
    for mark, link in marks.items():
        words = words.replace(f"\0{mark}\0", link)
    return str(words)


def _statement(settings: Settings, wording: Wording, fill: Mapping[str, str]) -> str:
    conditions, license_terms = settings.license.conditions, terms(settings.license.url)
    is_commercial = "non-commercial" not in conditions and "nc" not in license_terms
    may = wording.may_commercially if is_commercial else wording.may
    duties = _duties(settings, wording)
    sentence = may.format(unchanged=wording.unchanged if "nd" in license_terms else "", license=fill["license"])
    sentence += wording.duties.format(duties=duties) if duties else ""
    if "tell-us" not in conditions:
        return f"{sentence}."
    return f"{sentence}. {wording.tell_us.format(contact=fill['contact'])}"


def _duties(settings: Settings, wording: Wording) -> str:
    conditions = settings.license.conditions
    ends = {"link-top": wording.at_top, "link-bottom": wording.at_bottom}
    places = [words for end, words in ends.items() if end in conditions]
    asked = [wording.name_us.format(byline=byline_name(settings))] if "byline" in conditions else []
    asked += [wording.link.format(where=_joined(places, wording))] if places else []
    return _joined(asked, wording)


def _joined(words: list[str], wording: Wording) -> str:
    return wording.both.format(first=words[0], second=words[1]) if len(words) == 2 else "".join(words)
