"""What programs of people answer, and is no bounce: absence notes, and challenges that ask for a proof."""

import re
from collections.abc import Iterator

from publisher.deliver.bounces.mail import ADDRESS, Mail
from publisher.model import Bounce, BounceKind

_BY_ITSELF = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply-From", "X-Mail-Autoreply")
_AWAY = re.compile(
    r"^(?:re: ?)?(?:out of (?:the )?office|auto(?:matic|mated)?[ -](?:reply|response|answer)|away from|"
    r"on (?:vacation|leave|holiday)|"
    r"respuesta autom|fuera de (?:la )?oficina|de vacaciones|réponse automatique|abwesen|automatische antwort|ausente)",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(?:re|aw|sv|rv|fwd?|antw|odp):", re.IGNORECASE)
OPT_OUT = "opt-out"
_CHALLENGE = re.compile(
    r"(?:confirm|verify|prove)[^.]{0,60}(?:you (?:are|sent)|that you|your (?:message|mail|address|identity))|"
    r"before (?:I|we) (?:can|will) (?:receive|accept|deliver)|boxbe|spamarrest|tmda|challenge[ -/]response|"
    r"awaiting (?:your )?(?:approval|verification)",
    re.IGNORECASE,
)


def is_of_a_person(mail: Mail) -> bool:
    """Tell whether a mail is a person's, or of a program that answers in a person's name."""
    subject = mail.field("Subject")
    return _is_automatic(mail) or bool(_AWAY.match(subject) or _ANSWER.match(subject) or mail.field("In-Reply-To"))


def bounces(mail: Mail) -> Iterator[Bounce]:
    """Give what a program answered in somebody's name; nothing for what a person wrote.

    A mail called `unsubscribe` is what mail programs write to the address of `List-Unsubscribe` (RFC 2369).
    """
    sender, subject = re.search(ADDRESS, mail.field("From")), mail.field("Subject")
    if sender is None:
        return
    if subject.strip().lower() == "unsubscribe":
        yield Bounce(sender[0], "", BounceKind.COMPLAINT, OPT_OUT)
    elif _is_automatic(mail) or _AWAY.match(subject):
        asks = _CHALLENGE.search(f"{subject} {mail.prose[:2000]}")
        yield Bounce(sender[0], "", BounceKind.CHALLENGE if asks else BounceKind.AUTO, subject[:200], is_final=False)


def _is_automatic(mail: Mail) -> bool:
    by_itself = mail.field("Auto-Submitted").lower().startswith("auto-") or any(mail.field(one) for one in _BY_ITSELF)
    return by_itself or mail.field("Precedence").lower() in ("auto_reply", "auto-reply")
