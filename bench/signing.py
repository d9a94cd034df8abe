"""One mail of 40 KB filled in and signed for each recipient, beside dkimpy, which signs the same mails.

python -m bench.signing [MAILS]
"""

import sys
import tempfile
from pathlib import Path

import dkim as dkimpy
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from bench.mails import NOW, PARAGRAPH, ROOT
from bench.measure import Ratio, compare
from publisher.compose import period
from publisher.config import load
from publisher.config.settings import DkimKey
from publisher.deliver import message
from publisher.model import Delivery, Issue, IssueState, Place, Subscriber, Variant

DOMAIN = "estuary.example.org"


def _pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    form = serialization.PrivateFormat.TraditionalOpenSSL if isinstance(key, rsa.RSAPrivateKey) else None
    return key.private_bytes(
        serialization.Encoding.PEM, form or serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def measure(mails: int = 100) -> Ratio:
    """Compare filling in and signing with RSA-2048 alone, ours and dkimpy's."""
    return _measure(mails, {"rsa": _pem(rsa.generate_private_key(65537, 2048))})


def measure_both(mails: int = 100) -> Ratio:
    """The same with an Ed25519 signature beside that of RSA."""
    pems = {"rsa": _pem(rsa.generate_private_key(65537, 2048)), "ed": _pem(ed25519.Ed25519PrivateKey.generate())}
    return _measure(mails, pems)


def _measure(mails: int, pems: dict[str, bytes]) -> Ratio:
    settings = load(ROOT / "config.toml", {})
    html = PARAGRAPH * (40_000 // len(PARAGRAPH)) + f'<a href="{Place.LEAVE_URL}">{Place.ADDRESS}</a>'
    variant = Variant("Port audit", "Forty boats", html, f"Port audit\n{Place.LEAVE_URL}\n{Place.ADDRESS}\n", "")
    week = period.week("2026-W47", settings.publication.zone)
    issue = Issue(1, "the-organization", "en", week, 1, IssueState.APPROVED, "Port audit", NOW, variant)
    rows = [
        Delivery(number, f"{number:020x}", 1, Subscriber(number, f"r{number}@example.org", "Ana", "en"), NOW, 1)
        for number in range(1, mails + 1)
    ]
    plain = message.template(settings, settings.newsletters[0], issue, "a secret of some length")
    with tempfile.TemporaryDirectory() as folder:
        given = []
        for name, pem in pems.items():
            file = Path(folder) / f"{name}.pem"
            file.write_bytes(pem)
            given.append(DkimKey(selector=name, domain=DOMAIN, key=file))
        delivery = settings.delivery.model_copy(update={"dkim": tuple(given)})
        signing = settings.model_copy(update={"delivery": delivery})
        template = message.template(signing, settings.newsletters[0], issue, "a secret of some length")

    def _ours() -> None:
        for row in rows:
            template.fill(row)

    def _dkimpy() -> None:
        for row in rows:
            dkimpy.sign(plain.fill(row).content, b"rsa", DOMAIN.encode(), pems["rsa"])

    kinds = " and ".join(pems)
    return compare(f"a mail of 40 KB filled in and signed ({kinds})", _ours, "dkimpy (rsa)", _dkimpy, mails)


if __name__ == "__main__":
    for one in (measure, measure_both):
        print(one(*map(int, sys.argv[1:])))
