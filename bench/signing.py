"""One mail of 40 KB filled in and signed for each recipient, beside dkimpy, which signs the same mails.

python -m bench.signing [MAILS]
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import dkim as dkimpy

from bench import desk
from bench.mails import NOW
from bench.measure import Ratio, compare
from publisher.compose import period
from publisher.deliver import message
from publisher.model import Delivery, Issue, IssueState, Subscriber

_SIGNS_LINKS = "a secret of some length"


def measure(mails: int = 100) -> Ratio:
    """Compare filling in and signing with RSA-2048 alone, ours and dkimpy's."""
    return _measure(mails, "rsa")


def measure_both(mails: int = 100) -> Ratio:
    """The same with an Ed25519 signature beside that of RSA."""
    return _measure(mails, "rsa", "ed25519")


def measure_small(mails: int = 100) -> Ratio:
    """The same with an Ed25519 signature alone, which no config allows, to say what it costs."""
    return _measure(mails, "rsa", "ed25519", left_out="rsa")


def _measure(mails: int, *kinds: str, left_out: str = "") -> Ratio:
    settings = desk.settings(Path(), "sqlite://", 25, 1)
    week = period.week("2026-W47", settings.publication.zone)
    issue = Issue(1, desk.NEWSLETTER, "en", week, 1, IssueState.APPROVED, "Port audit", NOW, desk.variant())
    rows = [
        Delivery(number, f"{number:020x}", 1, Subscriber(number, f"r{number}@example.org", "Ana", "en"), NOW, 1)
        for number in range(1, mails + 1)
    ]
    plain = message.template(settings, settings.newsletters[0], issue, _SIGNS_LINKS)
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            desk.write_key(Path(folder), kind)
        signing = desk.settings(Path(folder), "sqlite://", 25, 1, *kinds)
        template = message.template(signing, settings.newsletters[0], issue, _SIGNS_LINKS)
        rsa = (Path(folder) / "rsa.pem").read_bytes()
    template = replace(template, signers=[one for one in template.signers if one.selector != left_out])

    def _ours() -> None:
        for row in rows:
            template.fill(row)

    def _dkimpy() -> None:
        for row in rows:
            dkimpy.sign(plain.fill(row).content, b"rsa", desk.DOMAIN.encode(), rsa)

    names = " and ".join(kind for kind in kinds if kind != left_out)
    return compare(f"a mail of 40 KB filled in and signed ({names})", _ours, "dkimpy (rsa)", _dkimpy, mails)


if __name__ == "__main__":
    for one in (measure, measure_both, measure_small):
        print(one(*map(int, sys.argv[1:])))
