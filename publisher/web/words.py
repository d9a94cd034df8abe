"""What the pages for readers say, in every language we have words for."""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `{newsletter}` and `{address}` are filled in."""

    ask_title: str
    ask: str
    button: str
    left_title: str
    left: str
    already: str
    unknown_title: str
    unknown: str
    test_title: str
    test: str
    helpful_title: str
    was_helpful: str
    was_not_helpful: str
    count: str
    counted_title: str
    counted: str
    preferences_title: str
    preferences: str
    no_preferences: str
    name: str
    wants: str
    language: str
    keep: str
    kept: str
    confirm_title: str
    confirm: str
    confirm_button: str
    afterwards: str
    confirmed_title: str
    confirmed: str
    expired_title: str
    expired: str
    ended_title: str
    ended: str


WORDS = {
    "en": Words(
        ask_title="Leave {newsletter}?",
        ask="Press the button and {address} will get no more mail of this newsletter.",
        button="Unsubscribe",
        left_title="You have left {newsletter}",
        left="{address} will get no more mail of this newsletter.",
        already="{address} is not subscribed; there is nothing more to do.",
        unknown_title="This link does not work",
        unknown="It is incomplete or no longer valid, so nothing was changed. To leave a newsletter, or for anything "
        "else, write to",
        test_title="This was a test mail",
        test="The link works; nobody is subscribed by it, so nothing was changed.",
        helpful_title="Was this issue helpful?",
        was_helpful="Press the button to say that “{title}” was helpful.",
        was_not_helpful="Press the button to say that “{title}” was not helpful.",
        count="Send my answer",
        counted_title="Thank you",
        counted="Your answer to “{title}” is counted, without your name.",
        preferences_title="Your preferences",
        preferences="What {address} gets:",
        no_preferences="{address} gets no mail from us, and nothing can be chosen for it here.",
        name="Your name",
        wants="Send it to me",
        language="Language",
        keep="Save",
        kept="Your choices are saved.",
        confirm_title="Get {newsletter}?",
        confirm="Press the button and {address} gets the next issue.",
        confirm_button="Confirm the subscription",
        afterwards="Every issue has a link to leave.",
        confirmed_title="You are subscribed to {newsletter}",
        confirmed="{address} gets the next issue. Every issue has a link to leave.",
        expired_title="This link came too late",
        expired="It no longer works, and {address} is not subscribed to {newsletter}. Ask for it once more and you get "
        "another mail.",
        ended_title="This link does not work any more",
        ended="{address} has left {newsletter}, or may get no mail from us, so nothing was changed. Write to us if you "
        "want it again.",
    ),
    "es": Words(
        ask_title="¿Darse de baja de {newsletter}?",
        ask="Pulse el botón y {address} no recibirá más correos de este boletín.",
        button="Darse de baja",
        left_title="Se dio de baja de {newsletter}",
        left="{address} no recibirá más correos de este boletín.",
        already="{address} no está en la lista; no hace falta nada más.",
        unknown_title="Este enlace no funciona",
        unknown="Está incompleto o ya no es válido, así que nada ha cambiado. Para darse de baja, o para lo que "
        "necesite, escriba a",
        test_title="Este era un correo de prueba",
        test="El enlace funciona; no pertenece a ninguna suscripción, así que nada ha cambiado.",
        helpful_title="¿Le resultó útil este número?",
        was_helpful="Pulse el botón para decir que «{title}» le resultó útil.",
        was_not_helpful="Pulse el botón para decir que «{title}» no le resultó útil.",
        count="Enviar mi respuesta",
        counted_title="Gracias",
        counted="Su respuesta sobre «{title}» quedó contada, sin su nombre.",
        preferences_title="Sus preferencias",
        preferences="Lo que recibe {address}:",
        no_preferences="{address} no recibe correos nuestros, y aquí no se puede elegir nada para esa dirección.",
        name="Su nombre",
        wants="Quiero recibirlo",
        language="Idioma",
        keep="Guardar",
        kept="Sus preferencias quedaron guardadas.",
        confirm_title="¿Recibir {newsletter}?",
        confirm="Pulse el botón y {address} recibirá el próximo número.",
        confirm_button="Confirmar la suscripción",
        afterwards="Cada número lleva un enlace para darse de baja.",
        confirmed_title="Su suscripción a {newsletter} está confirmada",
        confirmed="{address} recibirá el próximo número. Cada número lleva un enlace para darse de baja.",
        expired_title="Este enlace llegó tarde",
        expired="Ya no funciona, y {address} no está suscrita a {newsletter}. Pídalo otra vez y recibirá otro correo.",
        ended_title="Este enlace ya no funciona",
        ended="{address} se dio de baja de {newsletter}, o no puede recibir correos nuestros, así que nada ha "
        "cambiado. Escríbanos si quiere recibirlo de nuevo.",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in: `pt-BR` may get those of `en`."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
