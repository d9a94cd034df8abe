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
_CHALLENGE = re.compile(
    r"(?:confirm|verify|prove)[^.]{0,60}(?:you (?:are|sent)|that you|your (?:message|mail|address|identity))|"
    r"before (?:I|we) (?:can|will) (?:receive|accept|deliver)|boxbe|spamarrest|tmda|challenge[ -/]response|"
    r"awaiting (?:your )?(?:approval|verification)",
    re.IGNORECASE,
)


def bounces(mail: Mail) -> Iterator[Bounce]:
    """Give what a program answered in somebody's name; nothing for what a person wrote.

    A mail called `unsubscribe` is what mail programs write to the address of `List-Unsubscribe` (RFC 2369).
    """
    sender = re.search(ADDRESS, mail.field("From"))
    automatic = mail.field("Auto-Submitted").lower().startswith("auto-") or any(mail.field(one) for one in _BY_ITSELF)
    automatic = automatic or mail.field("Precedence").lower() in ("auto_reply", "auto-reply")
    subject = mail.field("Subject")
    if sender and subject.strip().lower() == "unsubscribe":
        yield Bounce(sender[0], "", BounceKind.COMPLAINT, "opt-out")
        return
    if sender is None or not (automatic or _AWAY.match(subject)):
        return
    asks = _CHALLENGE.search(f"{subject} {mail.prose[:2000]}")
    yield Bounce(sender[0], "", BounceKind.CHALLENGE if asks else BounceKind.AUTO, subject[:200], is_final=False)
