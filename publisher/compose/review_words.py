"""What reviewers are told of a draft, in every language we have words for."""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in."""

    asked_subject: str
    reminded_subject: str
    held_subject: str
    changed_subject: str
    asked: str
    reminded: str
    held: str
    changed: str
    found: str
    grave: str
    subject: str
    look: str
    below: str


WORDS = {
    "en": Words(
        asked_subject="[To approve] {subject}",
        reminded_subject="[Still to approve] {subject}",
        held_subject="[Held] {subject}",
        changed_subject="[Changed] {subject}",
        asked="{name}, no. {number}, waits for your approval. It is sent when somebody has approved it, and held if "
        "nobody has by {deadline}.",
        reminded="{name}, no. {number}, still waits for approval. If nobody has approved it by {deadline}, it is held.",
        held="{name}, no. {number}, is held and does not go out: {why}. Approve it on its page, and it goes.",
        changed="{name}, no. {number}, goes out now. Some of its articles changed after it was approved.",
        found="What the checks found",
        grave="Grave",
        subject="Subject",
        look="Look at it, approve or hold it",
        below="What follows is the mail as readers will see it.",
    ),
    "es": Words(
        asked_subject="[Por aprobar] {subject}",
        reminded_subject="[Aún por aprobar] {subject}",
        held_subject="[Retenido] {subject}",
        changed_subject="[Con cambios] {subject}",
        asked="{name}, n.º {number}, espera su aprobación. Se envía cuando alguien lo haya aprobado, y queda retenido "
        "si nadie lo ha hecho antes de: {deadline}.",
        reminded="{name}, n.º {number}, sigue esperando aprobación. Si nadie lo aprueba antes de: {deadline}, queda "
        "retenido.",
        held="{name}, n.º {number}, está retenido y no se envía: {why}. Apruébelo en su página y se enviará.",
        changed="{name}, n.º {number}, se envía ahora. Algunos de sus artículos cambiaron después de la aprobación.",
        found="Lo que encontraron las comprobaciones",
        grave="Grave",
        subject="Asunto",
        look="Véalo, apruébelo o reténgalo",
        below="Lo que sigue es el correo tal como lo verán los lectores.",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
