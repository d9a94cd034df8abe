"""One mail of 40 KB for each recipient: our template filled in, beside the standard library's message built anew.

python -m bench.mails [MAILS]
"""

import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from bench.measure import Ratio, compare
from publisher.compose import period
from publisher.config import load
from publisher.deliver import message
from publisher.model import Delivery, Issue, IssueState, Place, Subscriber, Variant

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
PARAGRAPH = "<p>El puerto, again: forty boats left the register and all of them still sail – “every week”.</p>\n"


def measure(mails: int = 200) -> Ratio:
    """Compare the two ways of writing `mails` mails."""
    settings = load(ROOT / "config.toml", {})
    html = PARAGRAPH * (40_000 // len(PARAGRAPH)) + f'<a href="{Place.LEAVE_URL}">{Place.ADDRESS}</a>'
    variant = Variant("Port audit", "Forty boats", html, f"Port audit\n{Place.LEAVE_URL}\n{Place.ADDRESS}\n", "")
    week = period.week("2026-W47", settings.publication.zone)
    issue = Issue(1, "the-organization", "en", week, 1, IssueState.APPROVED, "Port audit", NOW, variant)
    template = message.template(settings, settings.newsletters[0], issue, "a secret of some length")
    rows = [
        Delivery(
            number, f"{number:020x}", 1, Subscriber(number, f"reader{number}@example.org", "Ana Roa", "en"), NOW, 1
        )
        for number in range(1, mails + 1)
    ]

    def _ours() -> None:
        for row in rows:
            template.fill(row)

    def _standard_library() -> None:
        for row in rows:
            made = EmailMessage(policy=SMTP)
            made["From"], made["To"], made["Subject"] = settings.delivery.sender, row.subscriber.email, variant.subject
            filled = {Place.LEAVE_URL: f"https://news.example.org/leave/{row.key}", Place.ADDRESS: row.subscriber.email}
            text, rich = variant.text, variant.html
            for mark, value in filled.items():
                text, rich = text.replace(mark, value), rich.replace(mark, value)
            made.set_content(text)
            made.add_alternative(rich, subtype="html")
            made.as_bytes()

    return compare("a mail of 40 KB filled in", _ours, "email.message built anew", _standard_library, mails)


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:])))
