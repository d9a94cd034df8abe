"""What the newsroom is told by alerts, in every language we have words for."""

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in; `subjects` and `counts` go by what they are about.

    `parts` says of the second figure of an enhanced code what it is about (RFC 3463 §3).
    """

    subjects: Mapping[str, str]
    paused: str
    paused_by_hand: str
    held: str
    held_by: str
    unsaid: str
    sent: str
    silent: str
    never: str
    bounces: str
    complaints: str
    next: str
    counts: Mapping[str, str]
    failures: str
    parts: Mapping[str, str]
    no_code: str


WORDS = {
    "en": Words(
        subjects={
            "paused": "[Paused] {about}",
            "held": "[Held] {about}",
            "sent": "[Sent] {about}",
            "silent": "[Silent] source “{about}”",
            "bounces": "[Bounces] {about}",
            "complaints": "[Complaints] {about}",
        },
        paused="{about}, is paused: {why}. Who did not get it yet does not before somebody resumes it.",
        paused_by_hand="{about}, was paused by hand. Who did not get it yet does not before somebody resumes it.",
        held="{about}, is held: {why}. It does not go out unless somebody approves it.",
        held_by="{about}, was held by {who}: {why}. It does not go out unless somebody approves it.",
        unsaid="no reason was given",
        sent="{about}, has been sent.",
        silent="The source “{about}” fails and has not answered since {since}: {why}.",
        never="The source “{about}” fails and has never answered: {why}.",
        bounces="{share} % of the mails of {about}, were refused or went to dead addresses; {limit} % is the limit. "
        "Dead addresses get no more mail. Where did they come from? Servers refuse those who write to many.",
        complaints="Readers called {share} % of the mails of {about}, spam; {limit} % is the limit. They get no more "
        "mail. From 0.3 % on, Gmail may refuse all of it: did those readers ask for it, and do they find the way out?",
        next="What to do",
        counts={
            "recipients": "recipients",
            "sent": "sent",
            "failed": "failed",
            "suppressed": "left or suppressed",
            "bounced": "refused or dead",
            "complained": "called it spam",
        },
        failures="Failed, by what the servers said",
        parts={
            "1": "the address",
            "2": "the mailbox",
            "3": "their mail system",
            "4": "the way there",
            "5": "the protocol",
            "6": "the content",
            "7": "policy or security",
        },
        no_code="no server was asked",
    ),
    "es": Words(
        subjects={
            "paused": "[En pausa] {about}",
            "held": "[Retenido] {about}",
            "sent": "[Enviado] {about}",
            "silent": "[En silencio] fuente «{about}»",
            "bounces": "[Devueltos] {about}",
            "complaints": "[Quejas] {about}",
        },
        paused="{about}, está en pausa: {why}. Quien no lo ha recibido aún no lo recibe mientras nadie lo reanude.",
        paused_by_hand="Alguien puso en pausa {about}. Quien no lo ha recibido aún no lo recibe mientras nadie lo "
        "reanude.",
        held="{about}, está retenido: {why}. No se envía mientras nadie lo apruebe.",
        held_by="{who} retuvo {about}: {why}. No se envía mientras nadie lo apruebe.",
        unsaid="no se dijo por qué",
        sent="{about}, se ha enviado.",
        silent="La fuente «{about}» falla y no responde desde: {since}. Motivo: {why}.",
        never="La fuente «{about}» falla y nunca ha respondido: {why}.",
        bounces="El {share} % de los correos de {about}, fue rechazado o iba a direcciones muertas; el límite es el "
        "{limit} %. A esas direcciones no se les escribe más. ¿De dónde salieron? Los servidores rechazan a quien "
        "escribe a muchas.",
        complaints="Los lectores marcaron como no deseado el {share} % de los correos de {about}; el límite es el "
        "{limit} %. No se les escribe más. A partir del 0,3 %, Gmail puede rechazarlo todo: ¿lo pidieron esos "
        "lectores, y encuentran cómo darse de baja?",
        next="Qué hacer",
        counts={
            "recipients": "destinatarios",
            "sent": "enviados",
            "failed": "fallidos",
            "suppressed": "de baja o excluidos",
            "bounced": "rechazados o muertos",
            "complained": "no deseados",
        },
        failures="Fallidos, según los servidores",
        parts={
            "1": "la dirección",
            "2": "el buzón",
            "3": "su sistema de correo",
            "4": "el camino",
            "5": "el protocolo",
            "6": "el contenido",
            "7": "políticas o seguridad",
        },
        no_code="no se preguntó a ningún servidor",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
