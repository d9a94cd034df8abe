"""What feeds and their index say of themselves, in every language we have words for; others get English ones.

The newsroom's own words (names, sections, appeal) are in the config, the license's in `rights`.
"""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in."""

    everything: str
    everything_about: str
    all_articles: str
    all_articles_about: str
    section_about: str
    newsletter_about: str
    republish: str
    republish_about: str
    feeds: str
    invitation: str
    formats: str
    opml: str
    reuse: str


WORDS = {
    "en": Words(
        everything="All languages",
        everything_about="Everything {publication} publishes, in all its languages.",
        all_articles="All articles",
        all_articles_about="Everything in {language}, the newest first.",
        section_about="A section of {newsletter}.",
        newsletter_about="Every issue of the newsletter, as its readers get it by mail.",
        republish="For republishers",
        republish_about="Copies of every article, ready to run, with the byline, links and license they must carry.",
        feeds="Feeds",
        invitation="Read {publication} in a feed reader of your choice: give it one of these addresses. "
        "A feed holds whole articles and knows nothing about you.",
        formats="Every feed comes as RSS, Atom and JSON Feed, with the same entries; take whichever your reader likes.",
        opml="All feeds in one file (OPML)",
        reuse="Republish this work",
    ),
    "es": Words(
        everything="Todos los idiomas",
        everything_about="Todo lo que publica {publication}, en todos sus idiomas.",
        all_articles="Todos los artículos",
        all_articles_about="Todo en {language}, lo más nuevo primero.",
        section_about="Una sección de {newsletter}.",
        newsletter_about="Cada número del boletín, como lo reciben sus lectores por correo.",
        republish="Para republicar",
        republish_about="Copias listas para publicar, con la firma, los enlaces y la licencia debida.",
        feeds="Canales",
        invitation="Lea {publication} en el lector de canales que prefiera: dele una de estas direcciones. "
        "Un canal trae artículos completos y no sabe nada de usted.",
        formats="Cada canal viene como RSS, Atom y JSON Feed, con las mismas entradas; elija el que prefiera.",
        opml="Todos los canales en un archivo (OPML)",
        reuse="Republique este trabajo",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
