"""A survey of a site becomes the text of a config, in which every guess is marked on the line above it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from publisher import markup, templating
from publisher.collect.survey import FoundSection, Survey
from publisher.collect.survey.sections import REST
from publisher.config.settings import License

NEWSLETTER = "weekly"
_NOBODY = "nobody can guess this: write yours"
_LICENSE = "https://creativecommons.org/licenses/by-nc/4.0/"
_SPARE_DOMAIN = "example.org"
_WORDS = {
    "en": {
        "address": "{name}, street and number, town, country",
        "heading": "This reporting is free because readers pay for it",
        "text": "Everybody may read and share our work. If it is useful to you, help us report the next story.",
        "button": "Support our reporting",
        "title": "{name}: the week",
        "rest": "Also this week",
        "all": "This week",
    },
    "es": {
        "address": "{name}, calle y número, ciudad, país",
        "heading": "Este periodismo es libre porque los lectores lo financian",
        "text": "Cualquiera puede leer y compartir nuestro trabajo. Si le resulta útil, ayúdenos a contar la próxima "
        "historia.",
        "button": "Apoye nuestro trabajo",
        "title": "{name}: la semana",
        "rest": "También esta semana",
        "all": "Esta semana",
    },
}
"""What a config must say and no site tells, in the languages we have words in; English stands for the others."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A key of the config, its value, and what that was guessed from; `evidence` is empty for a placeholder."""

    key: str
    value: Any
    evidence: str
    is_sure: bool = False

    @property
    def words(self) -> str:
        """What the comment above the key says."""
        return f"guessed from {self.evidence}: check it" if self.evidence else _NOBODY


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a config, and what in it is guessed, in the order of the text."""

    text: str
    marks: tuple[Mark, ...]


def draft(survey: Survey, asked: str, allow_hosts: Sequence[str] = ()) -> Draft:
    """Write the config of the site that was asked for; `allow_hosts` may be asked though they are private."""
    marks = {mark.key: mark for mark in _marks(survey, asked)}
    shown: list[Mark] = []

    def key(path: str) -> str:
        mark = marks[path]
        line = f"{path.rpartition('.')[2]} = {toml(mark.value)}"
        if mark.is_sure:
            return line
        shown.append(mark)
        return f"# {markup.one_line(mark.words)}\n{line}"

    environment = templating.environment()
    environment.filters["toml"] = toml
    text = environment.get_template("config/config.toml.txt").render(
        key=key,
        asked=markup.one_line(asked),
        name=marks["publication.name"].value,
        languages=survey.languages.value,
        sources=[guess.value for guess in survey.sources],
        newsletter=NEWSLETTER,
        sections=survey.sections.value,
        rest=REST,
        allow_hosts=allow_hosts,
    )
    return Draft(text, tuple(shown))


def toml(value: Any) -> str:
    """Write a value as TOML: a text, a list of texts, a text for each language."""
    if isinstance(value, Mapping):
        texts = set(value.values())
        if len(texts) == 1:
            return toml(texts.pop())
        return "{ " + ", ".join(f"{name} = {toml(text)}" for name, text in value.items()) + " }"
    if isinstance(value, str):
        # JSON escapes all that TOML wants escaped but one character.
        return json.dumps(markup.valid_xml(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[" + ", ".join(map(toml, value)) + "]"


def _marks(survey: Survey, asked: str) -> Iterable[Mark]:
    name = survey.name.value or _host(survey.url)
    languages = survey.languages.value
    first = _WORDS.get(languages[0], _WORDS["en"])
    yield Mark("publication.name", name, survey.name.evidence or "the address of the site")
    yield Mark("publication.url", survey.url, "what the site says of itself", is_sure=survey.url == asked)
    yield Mark("publication.languages", languages, survey.languages.evidence)
    yield Mark("publication.timezone", survey.zone.value, survey.zone.evidence)
    yield Mark("publication.address", first["address"].format(name=name), "")
    yield Mark(
        "publication.contact", _mailbox(name, survey.contact.value or f"desk@{_SPARE_DOMAIN}"), survey.contact.evidence
    )
    yield from _of_sources(survey)
    yield from _of_license(survey)
    yield from _of_appeal(survey, name)
    yield Mark(f"newsletters.{NEWSLETTER}.title", _said("title", languages, name), "")
    yield Mark(f"newsletters.{NEWSLETTER}.schedule", "fri 09:00", "")
    yield from _of_sections(survey)
    yield from _of_addresses(survey, name)


def _of_sources(survey: Survey) -> Iterable[Mark]:
    for source in survey.sources:
        path = f"sources.{source.value.name}"
        yield Mark(f"{path}.kind", source.value.kind, source.evidence)
        yield Mark(f"{path}.language", source.value.language.value, source.value.language.evidence)
        yield Mark(f"{path}.full_text", source.value.full_text.value, source.value.full_text.evidence)


def _of_license(survey: Survey) -> Iterable[Mark]:
    url, evidence = survey.license_url.value, survey.license_url.evidence
    try:
        License(url=url)
    except ValidationError:
        url, evidence = _LICENSE, ""
    conditions = [] if "-nc" not in url else ["non-commercial"]
    yield Mark("license.url", url, evidence)
    yield Mark("license.conditions", [*conditions, "byline", "link-top", "link-bottom", "tell-us"], "")


def _of_appeal(survey: Survey, name: str) -> Iterable[Mark]:
    languages = survey.languages.value
    for key in ("heading", "text", "button"):
        yield Mark(f"appeal.{key}", _said(key, languages, name), "")
    found = survey.giving.value
    spare = next(iter(found.values()), survey.url)
    yield Mark("appeal.url", {language: found.get(language, spare) for language in languages}, survey.giving.evidence)


def _of_sections(survey: Survey) -> Iterable[Mark]:
    path = f"newsletters.{NEWSLETTER}"
    languages = survey.languages.value
    for section in survey.sections.value:
        evidence = f"{survey.sections.evidence}{_without_name(section, languages)}"
        yield Mark(f"{path}.{section.key}.title", section.titles, evidence)
    yield Mark(
        f"{path}.{REST}.title", _said("rest" if survey.sections.value else "all", languages, ""), "", is_sure=True
    )


def _without_name(section: FoundSection, languages: Sequence[str]) -> str:
    """Say in how many languages a section goes by a name of another one."""
    missing = len(languages) - len(section.categories)
    return "; it has no name of its own in every language" if missing > 0 else ""


def _of_addresses(survey: Survey, name: str) -> Iterable[Mark]:
    host = _host(survey.url)
    domain = host if _is_domain(host) else _SPARE_DOMAIN
    evidence = "the address of the site" if _is_domain(host) else ""
    yield Mark("delivery.from", _mailbox(name, f"newsletter@{domain}"), evidence)
    yield Mark("delivery.return_path", f"bounces@{domain}", evidence)
    yield Mark("web.base_url", f"https://news.{domain}", evidence)


def _said(key: str, languages: Sequence[str], name: str) -> dict[str, str]:
    return {
        language: _WORDS.get(language.partition("-")[0], _WORDS["en"])[key].format(name=name) for language in languages
    }


def _mailbox(name: str, address: str) -> str:
    plain = markup.one_line("".join(letter for letter in name if letter not in '<>@"\\'))
    return f"{plain} <{address}>" if plain else address


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _is_domain(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." in host
    return False
