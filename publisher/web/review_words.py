"""What the page of a reviewer says, in every language we have words for."""

from dataclasses import dataclass

from publisher.languages import spoken_in


@dataclass(frozen=True, slots=True)
class Words:
    """One language. What stands in braces is filled in."""

    title: str
    special_title: str
    subject: str
    preheader: str
    found: str
    nothing_found: str
    grave: str
    decide: str
    mail: str
    approve: str
    approve_text: str
    approve_waiting: str
    approve_by_hand: str
    approve_amendment: str
    hold: str
    hold_text: str
    because: str
    waits: str
    waits_until: str
    waits_amended: str
    held: str
    held_by: str
    approved: str
    approved_by: str
    over: str
    changed: str
    not_now: str
    states: dict[str, str]


WORDS = {
    "en": Words(
        title="{name}, no. {number}",
        special_title="{name}, “{title}”",
        subject="Subject",
        preheader="Preheader",
        found="What the checks found",
        nothing_found="The checks found nothing.",
        grave="Grave",
        decide="Decide",
        mail="The mail as readers will see it",
        approve="Approve",
        approve_text="The issue is frozen, and goes at its time, or at once when that has come.",
        approve_waiting="The issue is frozen, and goes at its time, when its other languages are approved too.",
        approve_by_hand="The issue is frozen. It belongs to no week, so it goes when somebody sends it.",
        approve_amendment="Whoever has not got the issue yet gets it so, once somebody lets its sending go on.",
        hold="Hold",
        hold_text="The issue does not go until somebody approves it.",
        because="Why (others will read it)",
        waits="It waits for approval.",
        waits_until="It waits for approval. If nobody has approved it by {deadline}, it is held.",
        waits_amended="It was amended after its sending began, and the amendment waits for approval.",
        held="It is held: {because}",
        held_by="It is held by {who}: {because}",
        approved="It was approved on {when}.",
        approved_by="It was approved by {who} on {when}.",
        over="It is {state}; there is nothing to decide any more.",
        changed="The issue has changed since you looked at it, so nothing was decided. Here it is as it is now.",
        not_now="That cannot be decided any more.",
        states={"sending": "being sent", "paused": "paused", "sent": "sent", "cancelled": "cancelled"},
    ),
    "es": Words(
        title="{name}, n.º {number}",
        special_title="{name}, «{title}»",
        subject="Asunto",
        preheader="Texto previo",
        found="Lo que encontraron las comprobaciones",
        nothing_found="Las comprobaciones no encontraron nada.",
        grave="Grave",
        decide="Decida",
        mail="El correo tal como lo verán los lectores",
        approve="Aprobar",
        approve_text="El número queda cerrado y sale a su hora, o de inmediato si esta ya llegó.",
        approve_waiting="El número queda cerrado y sale a su hora, cuando también se aprueben sus otros idiomas.",
        approve_by_hand="El número queda cerrado. No es el de una semana: sale cuando alguien lo envía.",
        approve_amendment="Quien aún no lo ha recibido lo recibe así, cuando alguien reanude el envío.",
        hold="Retener",
        hold_text="El número no sale hasta que alguien lo apruebe.",
        because="Por qué (otros lo leerán)",
        waits="Espera aprobación.",
        waits_until="Espera aprobación. Si nadie lo aprueba antes de: {deadline}, queda retenido.",
        waits_amended="Se modificó después de empezar el envío, y la modificación espera aprobación.",
        held="Está retenido: {because}",
        held_by="Lo retuvo {who}: {because}",
        approved="Se aprobó el {when}.",
        approved_by="Lo aprobó {who} el {when}.",
        over="El número está {state}; ya no hay nada que decidir.",
        changed="El número cambió desde que usted lo vio, así que no se decidió nada. Aquí está como es ahora.",
        not_now="Eso ya no se puede decidir.",
        states={"sending": "en envío", "paused": "en pausa", "sent": "enviado", "cancelled": "cancelado"},
    ),
}


def words_in(language: str) -> tuple[str, Words]:
    """Give the words for a language, with the language they are in."""
    spoken = spoken_in(language, WORDS)
    return spoken, WORDS[spoken]
