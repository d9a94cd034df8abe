"""What `config.toml` may say, as types. The reference in `docs/` is made from the descriptions here.

A value that cannot be meant raises `ValueError` with the remedy in its words; `load.py` adds file and line.
"""

import re
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import idna
from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

LONGEST_REPLY_SECONDS = 600
"""What a mail server may take to accept a whole message (RFC 5321 §4.5.3.2.6)."""
REPLIES_A_TRY = 12
"""How often one try at a message may wait for `smtp.timeout_seconds`: two connections, each greeted and secured."""

LONGEST_BASE_URL = 450
"""Characters: with a token behind it, a link must fit on one line of a header (RFC 5322 §2.1.1)."""
_IN_PATH = "%/:@!$&'()*+,;=~"

ALL, REPUBLISH = "all", "republish"
"""Feeds that every newsroom has; no newsletter and no section is called so."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _web_url(value: str) -> str:
    if not re.match(r"https?://[^\s/?#@]+", value) or re.search(r"\s", value):
        raise ValueError('is not a web address; write "https://example.org/"')
    return value


def _base_url(value: str) -> str:
    """Give the site's address in the ASCII that headers need, without a slash at its end."""
    parts = urlsplit(_web_url(value))
    if parts.query or parts.fragment:
        raise ValueError('is not the address of a site; write it without "?" and "#"')
    try:
        host = idna.encode(parts.hostname or "", uts46=True).decode() if not value.isascii() else parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except (idna.IDNAError, ValueError):
        raise ValueError('is not a web address; write "https://example.org/"') from None
    found = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{quote(parts.path, safe=_IN_PATH)}".rstrip(
        "/"
    )
    if len(found) > LONGEST_BASE_URL:
        raise ValueError(f"is longer than {LONGEST_BASE_URL} characters; links in mails need a shorter one")
    return found


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


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError('is not a key; write lower-case letters, digits and hyphens, as "the-organization"')
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


WebUrl = Annotated[str, AfterValidator(_web_url)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Language = Annotated[str, AfterValidator(_language)]
Key = Annotated[str, AfterValidator(_key)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
PerLanguage = Annotated[dict[str, str], BeforeValidator(_per_language)]
"""A text for every language: a string, or a table by language such as `{ en = "News", es = "Noticias" }`."""


def in_language(texts: dict[str, str], language: str) -> str:
    """Give the text for `language`, or for what it is a kind of; a text given once stands for every language."""
    named = (texts.get(tag) for tag in (language, language.partition("-")[0], ""))
    return next(filter(None, named), "") or next(iter(texts.values()), "")


class Table(BaseModel):
    """A table of the config: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, validate_default=True)


class Publication(Table):
    """The newsroom."""

    name: str = Field(description="The newsroom's name, as bylines, mails and feeds write it.", min_length=1)
    url: WebUrl = Field(description="The address of its site.")
    languages: tuple[Language, ...] = Field(
        description="The languages it publishes in; the first is assumed where an article names none.",
        min_length=1,
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        description="The IANA time zone in which weeks begin, schedules run and dates are written."
    )
    address: str = Field(description="The postal address that every mail must carry.", min_length=1)
    contact: Mailbox = Field(description="Where a person reads mail: replies, comments, reuse notices.")
    tagline: PerLanguage = Field(default={}, description="A line under the name at the top of the mail.")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as the standard library's type."""
        return ZoneInfo(self.timezone)


class Database(Table):
    """Where everything is kept."""

    url: str = Field(
        default="sqlite:///var/publisher.db",
        description="`sqlite:///PATH`, or `postgresql+psycopg://USER:PASSWORD@HOST/NAME` to grow. "
        "A relative path counts from the folder of the config file.",
    )

    @model_validator(mode="after")
    def _known_driver(self) -> Self:
        if not re.match(r"(sqlite|postgresql\+psycopg)://", self.url):
            raise ValueError('url is not a known database; write "sqlite:///…" or "postgresql+psycopg://…"')
        return self


class Source(Table):
    """One place articles are collected from. Where two have the same article, the earlier one listed wins."""

    name: str = Field(description="What the source is called in accounts and errors.", min_length=1)
    kind: Literal["wordpress", "feed"] = Field(
        description="`wordpress`: a WordPress site, by its REST API. `feed`: an RSS or Atom feed."
    )
    url: WebUrl = Field(description="The address of the site (`wordpress`) or of the feed itself (`feed`).")
    language: Language | None = Field(
        default=None,
        description="The language of articles that do not say theirs; else the publication's first.",
    )
    retracted_tag: str = Field(
        default="retracted", description="An article with this tag or category is taken back everywhere."
    )


class License(Table):
    """The license every copy carries, and what the newsroom asks beside it."""

    url: WebUrl = Field(description="The Creative Commons license, by the address of its deed.")
    byline: str = Field(
        default="", description="The newsroom's name as a republisher's byline must carry it; else its name."
    )
    conditions: tuple[Literal["non-commercial", "byline", "link-top", "link-bottom", "tell-us"], ...] = Field(
        default=("non-commercial", "byline", "link-top", "link-bottom", "tell-us"),
        description="What the reuse statement asks for: `tell-us` is a wish, the others are duties.",
    )

    @model_validator(mode="after")
    def _creative_commons(self) -> Self:
        if not re.match(
            r"https?://creativecommons\.org/(licenses/[a-z-]+/\d\.\d|publicdomain/zero/1\.0)(/|$)", self.url
        ):
            raise ValueError(
                'url is no Creative Commons license; write "https://creativecommons.org/licenses/by-nc/4.0/"'
            )
        return self


class Appeal(Table):
    """The donation appeal."""

    heading: PerLanguage = Field(description="Its first line.")
    text: PerLanguage = Field(description="Why to give, in a sentence or two.")
    button: PerLanguage = Field(description="What the button says.")
    url: PerLanguage = Field(description="Where the button leads.")
    placement: tuple[Literal["after-lead", "end"], ...] = Field(
        default=("after-lead", "end"), description="Where in a mail it stands."
    )


class Section(Table):
    """A group of articles inside an issue. An article goes to the first section that takes it."""

    key: Key = Field(description="Names the section in the addresses of its feeds.")
    title: PerLanguage = Field(description="Its heading.")
    categories: tuple[str, ...] = Field(
        default=(), description="The categories it takes, in any language; letter case does not matter."
    )
    everything_else: bool = Field(default=False, description="Takes what no other section takes.")

    @model_validator(mode="after")
    def _takes_something(self) -> Self:
        if bool(self.categories) == self.everything_else:
            raise ValueError("takes categories or everything else; give one of `categories`, `everything_else`")
        return self


class Newsletter(Table):
    """A recurring product: The Organization, weekly, in two languages."""

    key: Key = Field(description="Names it on the command line and in addresses; never change it.")
    title: PerLanguage = Field(description="Its name in the masthead and in feeds.")
    languages: tuple[Language, ...] = Field(
        default=(), description="The languages it appears in; else all of the publication's."
    )
    schedule: Annotated[str, AfterValidator(_weekly)] = Field(
        description='When an issue is made, in the publication\'s time zone: weekday and time, as "fri 09:00".'
    )
    grace_hours: int = Field(
        default=24,
        ge=1,
        le=144,
        description="How late an issue missed while down is still made up, in hours.",
    )
    approval: Literal["required", "automatic"] = Field(
        default="required",
        description="`required`: a person approves before it is sent. `automatic`: nobody looks.",
    )
    reviewers: tuple[Mailbox, ...] = Field(default=(), description="Who may approve; named in the log for now.")
    sections: tuple[Section, ...] = Field(description="The sections, in the order of the mail.", min_length=1)

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [section.key for section in self.sections]
        if len(set(keys)) < len(keys):
            raise ValueError("has two sections with the same key; give each its own")
        return self


config_folder: ContextVar[Path] = ContextVar("config_folder", default=Path())
"""Where the config that is being read stands; its relative paths count from there."""


class _WithSecret(Table):
    @staticmethod
    def _read(path: Path | None, given: SecretStr | None) -> SecretStr | None:
        if path is None or given is not None:
            return given
        try:
            return SecretStr((config_folder.get() / path).read_text(encoding="utf-8").strip())
        except OSError as error:
            raise ValueError(f"{path} cannot be read ({error.strerror}); create it or give the value") from None


class Smtp(_WithSecret):
    """The mail server that takes our mail."""

    host: str = Field(default="localhost", description="Its name.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="starttls", description="`none` only for a server on this machine."
    )
    username: str | None = Field(default=None, description="Who we are to it; none: no log-in.")
    password: SecretStr | None = Field(default=None, description="Better given by `password_file` or the environment.")
    password_file: Path | None = Field(default=None, description="A file that holds the password alone.")
    timeout_seconds: float = Field(default=60, gt=0, description="How long to wait for one reply.")

    @model_validator(mode="after")
    def _known_password(self) -> Self:
        object.__setattr__(self, "password", self._read(self.password_file, self.password))
        if self.username and not self.password:
            raise ValueError("username is given without a password; set password_file")
        return self


class DeliverySettings(Table):
    """How mail leaves."""

    transport: Literal["outbox", "smtp"] = Field(
        default="outbox",
        description="`outbox`: `.eml` files in a folder, nothing leaves. `smtp`: to a mail server.",
    )
    outbox: Path = Field(default=Path("var/outbox"), description="The folder of the `outbox` transport.")
    sender: Mailbox = Field(alias="from", description="The From of newsletters.")
    return_path: Mailbox = Field(description="Where bounces go; each delivery gets its own address made of it.")
    uncertain: Literal["resend", "hold"] = Field(
        default="resend",
        description="A message whose fate a crash hid: sent again with the same Message-ID, or kept for a person.",
    )
    retry_hours: int = Field(default=36, ge=0, description="How long a deferred message is tried again.")
    lease_seconds: int = Field(
        default=1500,
        ge=30,
        description="How long a claimed row belongs to its sender, in seconds; longer than a try can take.",
    )
    smtp: Smtp = Field(default=Smtp(), description="The server of the `smtp` transport.")

    @model_validator(mode="after")
    def _lease_outlives_a_try(self) -> Self:
        longest = LONGEST_REPLY_SECONDS + REPLIES_A_TRY * self.smtp.timeout_seconds
        if self.transport == "smtp" and self.lease_seconds <= longest:
            raise ValueError(
                f"lease_seconds is shorter than a try can take; give more than {longest:g}, or a shorter "
                "delivery.smtp.timeout_seconds"
            )
        return self


class Feeds(Table):
    """The feeds' files."""

    directory: Path = Field(default=Path("feeds"), description="Where they are written; servable as it stands.")
    hubs: tuple[WebUrl, ...] = Field(default=(), description="WebSub hubs the feeds name.")
    entries: int = Field(default=50, ge=1, le=1000, description="How many entries a feed holds, the newest.")


class Web(_WithSecret):
    """The public site."""

    base_url: BaseUrl = Field(description="Its address as people see it; links in mails and feeds begin with it.")
    host: str = Field(default="127.0.0.1", description="The address it listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="The port; 0 takes a free one.")
    secret: SecretStr | None = Field(
        default=None, description="Signs links in mails; else one is made once and kept in the database."
    )
    secret_file: Path | None = Field(default=None, description="A file that holds the secret alone.")

    @model_validator(mode="after")
    def _known_secret(self) -> Self:
        object.__setattr__(self, "secret", self._read(self.secret_file, self.secret))
        if self.secret and len(self.secret.get_secret_value()) < 16:
            raise ValueError("secret is too short; give 16 characters or more, or leave it out")
        return self


class Fetch(Table):
    """How other people's sites are asked."""

    allow_hosts: tuple[str, ...] = Field(
        default=(), description="Hosts that may be asked though their address is private, as `127.0.0.1`."
    )
    timeout_seconds: float = Field(default=30, gt=0, description="The longest one answer may take in all.")
    max_bytes: int = Field(default=20_000_000, ge=1000, description="The largest answer read, unpacked.")
    pause_seconds: float = Field(default=0.5, ge=0, description="The pause between two requests to one host.")
    tries: int = Field(default=3, ge=1, le=10, description="How often a request is tried that fails for a while.")


class ScheduleSettings(Table):
    """When `run` does what no newsletter sets the time of."""

    collect_minutes: int = Field(default=30, ge=1, le=1440, description="How often sources are collected.")


class Engine(Table):
    """Where tasks run."""

    kind: Literal["embedded"] = Field(default="embedded", description="`embedded`: in this process.")
