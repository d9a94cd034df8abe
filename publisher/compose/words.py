"""What a digest says of itself, in every language we have words for. A language without words gets English ones.

The newsroom's own words (names, sections, appeal) are in the config, the license's in `rights`.
"""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in; the reader's address stands between `sent_to` and `because`."""

    number: str
    minutes: str
    more_authors: str
    read: str
    nothing: str
    shortened: str
    reuse: str
    sent_to: str
    because: str
    leave: str
    web_copy: str
    contact: str
    feeds: str
    promise: str
    test: str


WORDS = {
    "en": Words(
        number="No. {number}",
        minutes="{minutes} min",
        more_authors="{count} more",
        read="Read the article",
        nothing="There is no new article this week.",
        shortened="{articles} more in this issue, on the web",
        reuse="Republish this work",
        sent_to="This mail went to",
        because="because you signed up for {newsletter}.",
        leave="Unsubscribe",
        web_copy="Read on the web",
        contact="Questions and corrections:",
        feeds="Feeds",
        promise="The week's articles from {publication}, free to read and to republish.",
        test="[Test] {subject}",
    ),
    "es": Words(
        number="N.º {number}",
        minutes="{minutes} min",
        more_authors="{count} más",
        read="Leer el artículo",
        nothing="Esta semana no hay artículos nuevos.",
        shortened="{articles} más de este número, en la web",
        reuse="Republique este trabajo",
        sent_to="Este correo llegó a",
        because="porque usted se suscribió a {newsletter}.",
        leave="Darse de baja",
        web_copy="Leer en la web",
        contact="Preguntas y correcciones:",
        feeds="Canales",
        promise="Los artículos de la semana de {publication}, libres de leer y de republicar.",
        test="[Prueba] {subject}",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
