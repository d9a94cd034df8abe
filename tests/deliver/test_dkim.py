"""Each mail is signed by each key, the same each time, and verified by others' programs, not by ours."""

import base64
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from hypothesis import given
from hypothesis import strategies as st

from publisher.config import Settings
from publisher.config.settings import DkimKey
from publisher.deliver import dkim, notice
from publisher.deliver.dkim import Signer
from publisher.errors import ConfigError
from tests.compose import samples
from tests.deliver import samples as deliver_samples

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
DOMAIN = "estuary.example.org"
HEADERS = (
    b"To: Ana <ana@example.net>\r\nDate: Fri, 20 Nov 2026 14:00:00 +0000\r\nMessage-ID: <1@estuary.example.org>\r\n"
    b"List-Unsubscribe: <https://news.example.org/leave/1>,\r\n <mailto:a@example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nSubject: Nine   findings\r\n"
    b"From: The Organization <desk@estuary.example.org>\r\nList-Id: <weekly.example.org>\r\nMIME-Version: 1.0\r\n"
)
BODY = b"Hello \t there,\r\n\r\n  dot:\r\n.\r\nbye \r\n\r\n\r\n"


def written(folder: Path, key: PrivateKeyTypes, name: str) -> Path:
    file = folder / f"{name}.pem"
    form, kind = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(kind, form, serialization.NoEncryption()))
    return file


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, bytes]]:
    """A key of each kind: its file and its record in DNS."""
    folder = tmp_path_factory.mktemp("keys")
    rsa_key, ed_key = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
    public = serialization.PublicFormat
    spki = rsa_key.public_key().public_bytes(serialization.Encoding.DER, public.SubjectPublicKeyInfo)
    raw = ed_key.public_key().public_bytes(serialization.Encoding.Raw, public.Raw)
    return {
        "rsa": (written(folder, rsa_key, "rsa"), b"v=DKIM1; k=rsa; p=" + base64.b64encode(spki)),
        "ed": (written(folder, ed_key, "ed"), b"v=DKIM1; k=ed25519; p=" + base64.b64encode(raw)),
    }


def with_keys(*given: DkimKey) -> Settings:
    settings = samples.settings()
    return settings.model_copy(update={"delivery": settings.delivery.model_copy(update={"dkim": given})})


@pytest.fixture
def signers(keys: dict[str, tuple[Path, bytes]]) -> tuple[Signer, ...]:
    given = [DkimKey(selector=name, domain=DOMAIN, key=file) for name, (file, _) in keys.items()]
    return dkim.signers(with_keys(*given), DOMAIN)


@pytest.fixture
def verified(keys: dict[str, tuple[Path, bytes]]) -> Callable[..., list[bool]]:
    """Ask dkimpy about each signature of a mail."""

    def _verified(mail: bytes) -> list[bool]:
        def _record(name: bytes, timeout: int = 5) -> bytes:
            assert timeout
            return keys[name.decode().partition(".")[0]][1]

        found = []
        for at in range(mail.count(b"DKIM-Signature:")):
            try:
                found.append(bool(dkimpy.DKIM(mail).verify(idx=at, dnsfunc=_record)))
            except dkimpy.DKIMException:
                found.append(False)
        return found

    return _verified


def test_others_verify_every_signature(signers: tuple[Signer, ...], verified: Callable[..., list[bool]]) -> None:
    mail = dkim.signed(signers, HEADERS, [BODY], AT)

    assert verified(mail) == [True, True]
    assert mail.endswith(HEADERS + b"\r\n" + BODY)
    assert all(len(line) <= 78 for line in mail[: -len(HEADERS + BODY)].split(b"\r\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"bye", b"Bye"),
        (b"Nine   findings", b"Ten findings"),
        (b"To: Ana", b"Cc: eve@example.net\r\nTo: Ana"),
        (b"To: Ana", b"Subject: Other\r\nTo: Ana"),
        (b"/leave/1", b"/leave/2"),
        (b"weekly.example.org", b"other.example.org"),
    ],
)
def test_what_is_changed_or_added_on_the_way_is_noticed(
    signers: tuple[Signer, ...], verified: Callable[..., list[bool]], old: bytes, new: bytes
) -> None:
    mail = dkim.signed(signers, HEADERS, [BODY], AT)
    signatures, rest = mail[: -len(HEADERS + b"\r\n" + BODY)], mail[-len(HEADERS + b"\r\n" + BODY) :]

    assert verified(signatures + rest.replace(old, new, 1)) == [False, False]


def test_what_a_relay_may_do_breaks_nothing(signers: tuple[Signer, ...], verified: Callable[..., list[bool]]) -> None:
    mail = dkim.signed(signers, HEADERS, [BODY], AT)
    relayed = mail.replace(b"Nine   findings", b"Nine findings").replace(b"bye \r\n\r\n\r\n", b"bye\r\n")

    assert verified(b"Received: by mx\r\n" + relayed) == [True, True]


def test_the_same_mail_has_the_same_signature(signers: tuple[Signer, ...]) -> None:
    assert dkim.signed(signers, HEADERS, [BODY], AT) == dkim.signed(signers, HEADERS, [BODY], AT)


def test_fields_that_stay_alone_are_named_once_more_than_they_occur(signers: tuple[Signer, ...]) -> None:
    mail = dkim.signed(signers[:1], HEADERS, [BODY], AT).decode()

    named = re.sub(r"\s", "", re.findall(r"h=([^;]*);", mail)[0]).split(":")
    assert {name: named.count(name) for name in ("from", "cc", "subject", "list-id", "received", "x-other")} == {
        "from": 2,
        "cc": 1,
        "subject": 2,
        "list-id": 1,
        "received": 0,
        "x-other": 0,
    }
    assert " l=" not in mail
    assert " x=" not in mail
    assert f"t={int(AT.timestamp())};" in mail


def test_without_a_key_a_mail_is_as_it_was() -> None:
    assert dkim.signed((), HEADERS, [BODY], AT) == HEADERS + b"\r\n" + BODY


@given(st.lists(st.sampled_from(["a", "b", " ", "\t", "\r\n", ".", "c" * 600]), max_size=60), st.data())
def test_any_body_is_hashed_as_others_hash_it_however_it_is_cut(words: list[str], data: st.DataObject) -> None:
    body = "".join(words).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=5)))
    pieces = [body[start:end] for start, end in pairwise([0, *cuts, len(body)])]
    theirs = dkimpy.canonicalization.Relaxed.canonicalize_body(body)

    assert dkim.relaxed_body(pieces) == (theirs if theirs.strip(b"\r\n") else b"")


def test_a_key_of_a_domain_above_signs_and_one_of_another_does_not(keys: dict[str, tuple[Path, bytes]]) -> None:
    above, other = (DkimKey(selector="rsa", domain=domain, key=keys["rsa"][0]) for domain in ("example.org", "x.org"))

    assert [signer.domain for signer in dkim.signers(with_keys(above, other), DOMAIN)] == ["example.org"]


def test_an_international_domain_signs_however_it_is_written(keys: dict[str, tuple[Path, bytes]]) -> None:
    for written_so in ("zürich.example", "xn--zrich-kva.example"):
        key = DkimKey(selector="rsa", domain=written_so, key=keys["rsa"][0])
        (signer,) = dkim.signers(with_keys(key), "xn--zrich-kva.example")
        assert signer.domain == "xn--zrich-kva.example"


def test_a_key_that_cannot_sign_is_told(keys: dict[str, tuple[Path, bytes]], tmp_path: Path) -> None:
    weak = written(tmp_path, rsa.generate_private_key(65537, 1024), "weak")  # noqa: S505 - weak on purpose
    (tmp_path / "text.pem").write_text("no key", encoding="utf-8")
    for file, said in (
        (tmp_path / "nowhere.pem", "cannot be read"),
        (tmp_path / "text.pem", "is no private key"),
        (weak, "is neither RSA of 2048 bits or more nor Ed25519"),
        (keys["ed"][0], "name an RSA key too"),
    ):
        with pytest.raises(ConfigError, match=said):
            dkim.signers(with_keys(DkimKey(selector="s", domain=DOMAIN, key=file)), DOMAIN)


def test_issues_and_notices_are_signed(
    keys: dict[str, tuple[Path, bytes]], verified: Callable[..., list[bool]]
) -> None:
    given = tuple(DkimKey(selector=name, domain=DOMAIN, key=file) for name, (file, _) in keys.items())
    settings = deliver_samples.settings()
    signing = settings.model_copy(update={"delivery": settings.delivery.model_copy(update={"dkim": given})})
    issue = deliver_samples.template(signing)
    about = notice.Notice("Ana <ana@example.org>", "en", "To approve", "Hello\n", "<p>Hello</p>\n")

    mails = [
        issue.fill(deliver_samples.delivery()).content,
        notice.message(signing, about, deliver_samples.KEY, AT, deliver_samples.SECRET).content,
    ]

    assert [verified(mail) for mail in mails] == [[True, True], [True, True]]


@pytest.mark.needs("opendkim")
def test_opendkim_verifies_it_too(
    signers: tuple[Signer, ...], keys: dict[str, tuple[Path, bytes]], tmp_path: Path
) -> None:
    mail = tmp_path / "mail"
    mail.write_bytes(dkim.signed(signers[:1], HEADERS, [BODY], AT))
    records = tmp_path / "dns"
    records.write_bytes(f"rsa._domainkey.{DOMAIN} ".encode() + keys["rsa"][1] + b"\n")
    config = tmp_path / "opendkim.conf"
    config.write_text(f"Mode v\nTestDNSData {records}\nSyslog no\n", encoding="utf-8")

    said = subprocess.run(
        ["opendkim", "-x", str(config), "-t", str(mail), "-v"], capture_output=True, text=True, check=False
    )

    assert "verification (s=rsa, d=estuary.example.org" in said.stdout + said.stderr
    assert "succeeded" in said.stdout + said.stderr
