"""What a digest says of itself, in every language we have words for. A language without words gets English ones.

The newsroom's own words (names, sections, appeal) are in the config, the license's in `rights`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal

from publisher.languages import locale, spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in; the reader's address stands between `sent_to` and `because`.

    `shortened` has a form for each plural that the language has, by its name in CLDR.
    """

    number: str
    minutes: str
    more_authors: str
    spoken: str
    read: str
    nothing: str
    shortened: Mapping[str, str]
    corrections: str
    corrected: str
    amended: str
    retracted: str
    taken_back: str
    archive: str
    feedback: str
    helpful: str
    is_helpful: str
    is_unhelpful: str
    comments: str
    reuse: str
    sent_to: str
    because: str
    preferences: str
    leave: str
    web_copy: str
    feeds: str
    promise: str
    test: str

    def more(self, count: int, language: str) -> str:
        """Say how many articles only the web copy has; `language` is the one these words are in."""
        form = locale(language).plural_form(count)
        return self.shortened.get(form, self.shortened["other"]).format(
            count=format_decimal(count, locale=locale(language))
        )


WORDS = {
    "en": Words(
        number="No. {number}",
        minutes="{minutes} min read",
        more_authors="{count} more",
        spoken="in {language}",
        read="Read the article",
        nothing="There is no new article this week.",
        shortened={
            "one": "{count} more article in this issue, on the web",
            "other": "{count} more articles in this issue, on the web",
        },
        corrections="Corrections",
        corrected="It was corrected after we sent it; its page says what changed.",
        amended="Amended on {date}, after mails of it had been sent.",
        retracted="Retracted",
        taken_back="We have retracted this article.",
        archive="From the archive",
        feedback="Tell us what you think",
        helpful="Was this mail helpful?",
        is_helpful="Yes, it was helpful",
        is_unhelpful="No, it was not",
        comments="Send us a comment or a correction",
        reuse="Republish this work",
        sent_to="This mail went to",
        because="because you signed up for {newsletter}.",
        preferences="Change your preferences",
        leave="Unsubscribe",
        web_copy="Read on the web",
        feeds="Feeds",
        promise="The week's articles from {publication}, free to read and to republish.",
        test="[Test] {subject}",
    ),
    "es": Words(
        number="N.º {number}",
        minutes="{minutes} min de lectura",
        more_authors="{count} más",
        spoken="en {language}",
        read="Leer el artículo",
        nothing="Esta semana no hay artículos nuevos.",
        shortened={
            "one": "{count} artículo más de este número, en la web",
            "other": "{count} artículos más de este número, en la web",
        },
        corrections="Correcciones",
        corrected="Se corrigió después del envío; en su página se explica qué cambió.",
        amended="Modificado el {date}, cuando ya se habían enviado correos.",
        retracted="Retirado",
        taken_back="Hemos retirado este artículo.",
        archive="Del archivo",
        feedback="Díganos qué le pareció",
        helpful="¿Le resultó útil este correo?",
        is_helpful="Sí, me resultó útil",
        is_unhelpful="No, no me resultó útil",
        comments="Envíenos un comentario o una corrección",
        reuse="Republique este trabajo",
        sent_to="Este correo llegó a",
        because="porque usted se suscribió a {newsletter}.",
        preferences="Cambiar sus preferencias",
        leave="Darse de baja",
        web_copy="Leer en la web",
        feeds="Canales",
        promise="Los artículos de la semana de {publication}, libres de leer y de republicar.",
        test="[Prueba] {subject}",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
