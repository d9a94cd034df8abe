"""What reviewers are told of a draft, in every language we have words for."""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in."""

    weekly: str
    special: str
    asked_subject: str
    reminded_subject: str
    held_subject: str
    changed_subject: str
    asked: str
    reminded: str
    amended: str
    still_amended: str
    held: str
    held_by: str
    unsaid: str
    changed: str
    found: str
    grave: str
    subject: str
    look: str
    look_only: str
    below: str


WORDS = {
    "en": Words(
        weekly="{name}, no. {number}",
        special="{name}, “{title}”",
        asked_subject="[To approve] {subject}",
        reminded_subject="[Still to approve] {subject}",
        held_subject="[Held] {subject}",
        changed_subject="[Changed] {subject}",
        asked="{what}, waits for your approval. It is not sent before somebody has approved it, and is "
        "held if nobody has by {deadline}.",
        reminded="{what}, still waits for approval. If nobody has approved it by {deadline}, it is held.",
        amended="{what}, was amended after its sending began. The amendment waits for your approval: nobody else gets "
        "the issue before somebody has approved it.",
        still_amended="{what}, was amended after its sending began, and the amendment still waits for approval. Nobody "
        "else gets the issue before.",
        held="{what}, is held: {why}. It does not go out unless somebody approves it on its page.",
        held_by="{what}, was held by {who}: {why}. It does not go out unless somebody approves it on its page.",
        unsaid="no reason was given",
        changed="{what}, goes out now. Some of its articles changed after it was approved.",
        found="What the checks found",
        grave="Grave",
        subject="Subject",
        look="Look at it, approve or hold it",
        look_only="Look at it and approve it",
        below="What follows is the mail as readers will see it.",
    ),
    "es": Words(
        weekly="{name}, n.º {number}",
        special="{name}, «{title}»",
        asked_subject="[Por aprobar] {subject}",
        reminded_subject="[Aún por aprobar] {subject}",
        held_subject="[Retenido] {subject}",
        changed_subject="[Con cambios] {subject}",
        asked="{what}, espera su aprobación. No se envía antes de que alguien lo apruebe, y queda "
        "retenido si nadie lo ha hecho antes de: {deadline}.",
        reminded="{what}, sigue esperando aprobación. Si nadie lo aprueba antes de: {deadline}, queda retenido.",
        amended="{what}, se modificó después de empezar el envío. La modificación espera su aprobación: nadie más lo "
        "recibe antes de que alguien la apruebe.",
        still_amended="{what}, se modificó después de empezar el envío, y la modificación sigue esperando aprobación. "
        "Nadie más lo recibe antes.",
        held="{what}, está retenido: {why}. No se envía mientras nadie lo apruebe en su página.",
        held_by="{who} retuvo {what}: {why}. No se envía mientras nadie lo apruebe en su página.",
        unsaid="no se dijo por qué",
        changed="{what}, se envía ahora. Algunos de sus artículos cambiaron después de la aprobación.",
        found="Lo que encontraron las comprobaciones",
        grave="Grave",
        subject="Asunto",
        look="Véalo, apruébelo o reténgalo",
        look_only="Véalo y apruébelo",
        below="Lo que sigue es el correo tal como lo verán los lectores.",
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
