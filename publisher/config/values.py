"""What one value of the config may be: texts, addresses, languages, times, numbers.

A value that cannot be meant raises `ValueError` with the remedy in its words; what was found, its key and its
line are put before them by `mistakes.py` and `load.py`.
"""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import idna
from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, Strict

LONGEST_BASE_URL = 450
"""Characters: with a token behind it, a link must fit on one line of a header (RFC 5322 §2.1.1)."""
LONGEST_KEY = 40
"""Characters: keys stand in List-Id fields and in the addresses of feeds."""
_IN_PATH = "%/:@!$&'()*+,;=~"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LICENSE_VERSIONS = ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")

_Many = TypeVar("_Many", bound=tuple[str, ...])


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; write a text")
    return value


def _web_url(value: str) -> str:
    if not re.match(r"https?://[^\s/?#@]+", value) or re.search(r"\s", value):
        raise ValueError('is not a web address; write "https://example.org/"')
    return value


def _base_url(value: str) -> str:
    """Give the site's address in the ASCII that headers need, without a slash at its end."""
    try:
        parts = urlsplit(_web_url(value))
        host = idna.encode(parts.hostname or "", uts46=True).decode() if not value.isascii() else parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except (idna.IDNAError, ValueError):
        raise ValueError('is not a web address; write "https://example.org/"') from None
    if parts.query or parts.fragment:
        raise ValueError('is not the address of a site; write it without "?" and "#"')
    found = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{quote(parts.path, safe=_IN_PATH)}".rstrip(
        "/"
    )
    if len(found) > LONGEST_BASE_URL:
        raise ValueError(f"is longer than {LONGEST_BASE_URL} characters; links in mails need a shorter one")
    return found


def _host(value: str) -> str:
    try:
        ip_address(value.strip("[]"))
    except ValueError:
        if re.fullmatch(r"[^\s/:?#@\[\]]+", value):
            return value
        alone = re.sub(r"^[^/]*//|^.*@", "", value).partition("/")[0].partition(":")[0].strip()
        raise ValueError(f'is not a host; write the host alone, as "{alone or "example.org"}"') from None
    return value


def _license(value: str) -> str:
    written = 'write "https://creativecommons.org/licenses/by-nc/4.0/"'
    deed = re.match(
        r"https?://creativecommons\.org/(?:licenses/by(?:-nc)?(?:-sa|-nd)?/([^/]+)|publicdomain/zero/1\.0)(?:/|$)",
        value,
    )
    if not deed:
        raise ValueError(f"is no Creative Commons license; {written}")
    if deed[1] and deed[1] not in LICENSE_VERSIONS:
        raise ValueError(f"names a version that does not exist; there are {', '.join(LICENSE_VERSIONS)}; {written}")
    return value


def _database(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and (not rest.startswith("/") or rest == "/"):
        raise ValueError('names no file; write "sqlite:///var/publisher.db"')
    if scheme == "sqlite" and ":memory:" in rest:
        raise ValueError('would be another database for each connection; write "sqlite:///var/publisher.db"')
    if scheme not in {"sqlite", "postgresql+psycopg"} or not rest:
        raise ValueError('is not a known database; write "sqlite:///…" or "postgresql+psycopg://…"')
    return value


def _language(value: str) -> str:
    try:
        Locale.parse(value, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError('is not a language; write its BCP 47 tag, as "en" or "pt-BR"') from None
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError('is not a time zone; write an IANA name, as "America/Bogota"') from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f'is no regular expression ({error}); write one, as "Our analysis|Nuestro análisis"') from None
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError('is not a key; write lower-case letters, digits and hyphens, as "the-organization"')
    if len(value) > LONGEST_KEY:
        raise ValueError(f"is longer than {LONGEST_KEY} characters; give a shorter key")
    return value


def _weekly(value: str) -> str:
    weekday, _, clock = value.partition(" ")
    if weekday not in WEEKDAYS or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", clock):
        raise ValueError('is not a time; write "fri 09:00"')
    return value


def _mailbox(value: str) -> str:
    if not re.fullmatch(r"(?:[^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)", value):
        raise ValueError('is not a mail address; write "Name <name@example.org>"')
    return value


def address_in(mailbox: str) -> str:
    """Give the address of a mailbox of the config, as `Desk, The <desk@example.org>`."""
    found = re.search(r"<([^<>]+)>", mailbox)
    return found[1] if found else mailbox


def _per_language(value: Any) -> Any:
    return {"": value} if isinstance(value, str) else value


def _once(values: _Many) -> _Many:
    written = [value.casefold() for value in values]
    twice = next((value for value in values if written.count(value.casefold()) > 1), None)
    if twice is not None:
        raise ValueError(f'has "{twice}" twice; write it once')
    return values


def _secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("is empty; give the secret, or leave the key out")
    return value


def _secret_url(value: SecretStr) -> SecretStr:
    _web_url(value.get_secret_value())
    return value


def _file(value: Path) -> Path:
    if value == Path():
        raise ValueError("names no file; write its path, or leave the key out")
    return value


# A number in quotes and `true` for 1 are slips in a file; what variables say is parsed by `environment.py`.
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Flag = Annotated[bool, Strict()]

Text = Annotated[str, AfterValidator(_text)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Host = Annotated[str, AfterValidator(_host)]
LicenseUrl = Annotated[str, AfterValidator(_license)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Language = Annotated[str, AfterValidator(_language)]
Languages = Annotated[tuple[Language, ...], AfterValidator(_once)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Weekly = Annotated[str, AfterValidator(_weekly)]
Key = Annotated[str, AfterValidator(_key)]
Pattern = Annotated[str, AfterValidator(_text), AfterValidator(_pattern)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]
"""An address that is good for whoever knows it, as that of a webhook."""
SecretFile = Annotated[Path, AfterValidator(_file)]
PerLanguage = Annotated[dict[str, Text], BeforeValidator(_per_language)]
"""A text for every language: a string, or a table by language such as `{ en = "News", es = "Noticias" }`."""


def names_for(language: str) -> tuple[str, str, str]:
    """Give the names a text may have that serves for `language`: its own, what it is a kind of, that of every one."""
    return language, language.partition("-")[0], ""


def in_language(texts: dict[str, str], language: str) -> str:
    """Give the text for `language`, or for what it is a kind of; a text given once stands for every language."""
    named = (texts.get(tag) for tag in names_for(language))
    return next(filter(None, named), "") or next(iter(texts.values()), "")
