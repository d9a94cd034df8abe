"""The mail that asks a mailbox to confirm a subscription: one sentence, one button, and what happens without it.

Pure, like all of `compose`. Nothing in it is of whoever typed the address in, who may be anybody.
"""

import re
from dataclasses import dataclass

from publisher import templating
from publisher.compose import inlining
from publisher.compose.render import environment
from publisher.compose.reviews import Written
from publisher.config import Newsletter, Settings, address_in, in_language
from publisher.languages import direction, spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in."""

    subject: str
    preheader: str
    heading: str
    asked: str
    button: str
    works: str
    nothing: str
    sent_to: str
    questions: str


WORDS = {
    "en": Words(
        subject="Confirm your subscription to {newsletter}",
        preheader="One press of a button, and it begins. Without it you get nothing.",
        heading="Confirm your subscription",
        asked="Somebody, and we hope it was you, asked us to send {newsletter} to this address. Open the link and "
        "confirm it on its page, and you get the next issue.",
        button="Confirm the subscription",
        works="The link works for {days} days.",
        nothing="You did not ask for it? Then do nothing: no issue comes to an address that is not confirmed.",
        sent_to="This mail went to",
        questions="Questions are answered by a person:",
    ),
    "es": Words(
        subject="Confirme su suscripción a {newsletter}",
        preheader="Un botón y empieza. Sin él no le llegará nada.",
        heading="Confirme su suscripción",
        asked="Alguien, y esperamos que haya sido usted, nos pidió enviar {newsletter} a esta dirección. Abra el "
        "enlace y confírmelo en su página, y le llegará el próximo número.",
        button="Confirmar la suscripción",
        works="El enlace funciona durante {days} días.",
        nothing="¿No lo pidió usted? Entonces no haga nada: a una dirección sin confirmar no llega ningún número.",
        sent_to="Este correo se envió a",
        questions="A las preguntas responde una persona:",
    ),
}


def written(
    settings: Settings, newsletter: Newsletter, language: str, recipient: str, confirm_url: str, days: int
) -> Written:
    """Write the mail; `confirm_url` is the recipient's own page, which works for so many days."""
    spoken = spoken_in(language, WORDS)
    words, title = WORDS[spoken], in_language(newsletter.title, language)
    templates = environment(settings.theme, settings.own_templates)
    view = {
        "language": spoken,
        "direction": direction(spoken),
        "newsletter": title,
        "publication": settings.publication,
        "words": words,
        "subject": words.subject.format(newsletter=title),
        "asked": words.asked.format(newsletter=title),
        "works": words.works.format(days=days),
        "recipient": recipient,
        "contact": address_in(settings.publication.contact),
        "url": confirm_url,
    }
    subject, text, html = (
        templating.rendered(templates, f"email/confirmation/{form}", **view)
        for form in ("subject.txt", "body.txt", "body.html")
    )
    return Written(subject.strip(), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", inlining.inlined(html))
