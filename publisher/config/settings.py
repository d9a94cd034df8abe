"""What each table of `config.toml` may say, as types. The reference in `docs/` is made from the descriptions here.

What one table says wrong with two of its keys is found here; what two tables say, in `checks.py`.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import idna
from pydantic import Field, model_validator

from publisher.config.returning import Bounces, Webhook
from publisher.config.table import Table, mistake_at, secret_of
from publisher.config.values import (
    BaseUrl,
    DatabaseUrl,
    Host,
    Key,
    Language,
    Languages,
    LicenseUrl,
    Mailbox,
    Number,
    Pattern,
    PerLanguage,
    Secret,
    SecretFile,
    Text,
    TimeZone,
    WebUrl,
    Whole,
)

LONGEST_REPLY_SECONDS = 600
"""What a mail server may take to accept a whole message (RFC 5321 §4.5.3.2.6)."""
REPLIES_A_TRY = 12
"""How often one try at a message may wait for `smtp.timeout_seconds`: two connections, each greeted and secured."""

ALL, REPUBLISH = "all", "republish"
"""Feeds that every newsroom has; no newsletter and no section is called so."""


class Publication(Table):
    """The newsroom."""

    name: Text = Field(description="The newsroom's name, as bylines, mails and feeds write it.")
    url: WebUrl = Field(description="The address of its site.")
    languages: Languages = Field(
        description="The languages it publishes in; the first is assumed where an article names none.",
        min_length=1,
    )
    timezone: TimeZone = Field(
        description="The IANA time zone in which weeks begin, schedules run and dates are written."
    )
    address: Text = Field(description="The postal address that every mail must carry.")
    contact: Mailbox = Field(description="Where a person reads mail: replies, comments, reuse notices.")
    tagline: PerLanguage = Field(default={}, description="A line above the name at the top of the mail.")
    parts: dict[Key, Pattern] = Field(
        default={},
        description="Parts of an article that are kept by themselves too, each under its own heading in the text: a "
        "name, and a regular expression for the whole heading; letter case does not matter.",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as the standard library's type."""
        return ZoneInfo(self.timezone)


class Database(Table):
    """Where everything is kept."""

    url: DatabaseUrl = Field(
        default="sqlite:///var/publisher.db",
        description="`sqlite:///PATH`, or `postgresql+psycopg://USER:PASSWORD@HOST/NAME` to grow. "
        "A relative path counts from the folder of the config file.",
    )
    password: Secret | None = Field(
        default=None, description="The password of the URL's user. Better given by `password_file` or the environment."
    )
    password_file: SecretFile | None = Field(default=None, description="A file that holds the password alone.")

    @model_validator(mode="after")
    def _known_password(self) -> Self:
        object.__setattr__(self, "password", secret_of(self.password, self.password_file, "password"))
        scheme, _, rest = self.url.partition("://")
        user, at, _ = rest.partition("/")[0].rpartition("@")
        if self.password and scheme == "sqlite":
            raise mistake_at("url", "is SQLite, which has no password; leave the password out")
        if self.password and (not at or not user or ":" in user):
            raise mistake_at("url", "is given a password from beside it; name the user alone, USER@ before the host")
        return self


class Taxonomies(Table):
    """Which taxonomies of a WordPress site say what, by their slugs."""

    categories: tuple[Text, ...] = Field(default=("category",), description="The taxonomies of categories.")
    countries: tuple[Text, ...] = Field(default=("country", "countries"), description="Those of countries.")
    tags: tuple[Text, ...] = Field(default=("post_tag",), description="Those of tags.")
    kicker: tuple[Text, ...] = Field(
        default=("kicker",), description="Those whose first term is the line above the title."
    )


class Source(Table):
    """One place articles are collected from. Where two have the same article, the earlier one listed wins."""

    name: Text = Field(description="What the source is called in accounts and errors.")
    kind: Literal["wordpress", "feed", "page", "markdown"] = Field(
        description="`wordpress`: a WordPress site, by its REST API. `feed`: an RSS, Atom or JSON feed. `page`: the "
        "pages of a site that has neither. `markdown`: a folder of files."
    )
    url: WebUrl = Field(
        default="",
        description="The address of the site (`wordpress`), of the feed itself (`feed`), of a sitemap or a page that "
        "lists articles (`page`), or the address under which the files are published (`markdown`; else the "
        "publication's).",
        validate_default=False,
    )
    path: Path | None = Field(default=None, description="The folder of a `markdown` source.")
    language: Language | None = Field(
        default=None,
        description="The language of articles that do not say theirs; else the publication's first.",
    )
    language_categories: dict[Language, tuple[Text, ...]] = Field(
        default={},
        description="Categories and tags that say an article's language, where nothing else does, as "
        '`{ es = ["Noticias"] }`.',
    )
    retracted_tag: Text = Field(
        default="retracted", description="An article with this tag or category is taken back everywhere."
    )
    post_types: tuple[Text, ...] = Field(
        default=("posts",),
        min_length=1,
        description="Of `wordpress`: what is collected, by the names that the REST API has for it.",
    )
    taxonomies: Taxonomies = Field(default=Taxonomies(), description="Of `wordpress`: which taxonomies say what.")
    full_text: Literal["feed", "page"] = Field(
        default="feed",
        description="Of `feed`: whether the whole text stands in the feed, or is to be read from each article's page.",
    )
    article_urls: Pattern | None = Field(
        default=None,
        description="Of `page`: a regular expression that is found in the addresses of articles, and in no others.",
    )

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        for kind, keys in _KEYS_OF_KINDS.items():
            for key in keys:
                if key in self.model_fields_set and self.kind != kind:
                    raise mistake_at(
                        key, f'is a key of the kind "{kind}", and this source is "{self.kind}"; leave it out'
                    )
        if self.kind == "markdown" and self.path is None:
            raise mistake_at("path", "is missing; write the folder of the files")
        if self.kind != "markdown" and not self.url:
            raise mistake_at("url", "is missing; write the address to collect from")
        return self


_KEYS_OF_KINDS = {
    "wordpress": ("post_types", "taxonomies"),
    "feed": ("full_text",),
    "page": ("article_urls",),
    "markdown": ("path",),
}


class License(Table):
    """The license every copy carries, and what the newsroom asks beside it."""

    url: LicenseUrl = Field(description="The Creative Commons license, by the address of its deed.")
    byline: str = Field(
        default="", description="The newsroom's name as a republisher's byline must carry it; else its name."
    )
    conditions: tuple[Literal["non-commercial", "byline", "link-top", "link-bottom", "tell-us"], ...] = Field(
        default=("non-commercial", "byline", "link-top", "link-bottom", "tell-us"),
        description="What the reuse statement asks for: `tell-us` is a wish, the others are duties.",
    )


class Smtp(Table):
    """The mail server that takes our mail."""

    host: Host = Field(default="localhost", description="Its name.")
    port: Whole = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="starttls", description="`none` only for a server on this machine."
    )
    username: Text | None = Field(default=None, description="Who we are to it; none: no log-in.")
    password: Secret | None = Field(default=None, description="Better given by `password_file` or the environment.")
    password_file: SecretFile | None = Field(default=None, description="A file that holds the password alone.")
    token_command: tuple[Text, ...] = Field(
        default=(),
        description="In the place of a password: a program and its arguments that print a token of OAuth 2, as Google "
        "and Microsoft want it. It is run when a sending begins, and again when the server refuses the token.",
    )
    timeout_seconds: Number = Field(default=60, gt=0, description="How long to wait for one reply.")
    connections: Whole = Field(default=4, ge=1, le=100, description="How many connections may be open at once.")
    messages: Whole | None = Field(
        default=None,
        ge=1,
        description="After how many messages a connection is closed and another opened; none: it stays open.",
    )

    @model_validator(mode="after")
    def _known_password(self) -> Self:
        object.__setattr__(self, "password", secret_of(self.password, self.password_file, "password"))
        if self.username and self.security == "none":
            raise mistake_at(
                "security",
                '"none" would send the password in the clear; write "starttls" or "tls", or remove the username',
            )
        if self.token_command and (self.password or not self.username):
            wrong = "stands beside a password; keep one of them" if self.password else "is given without a username"
            raise mistake_at("token_command", wrong)
        if self.username and not (self.password or self.token_command):
            raise mistake_at("username", "is given without a password; set password_file, or token_command")
        return self


class Relay(Smtp):
    """One of several mail servers; each has all the keys of `[delivery.smtp]`."""

    weight: Whole = Field(
        default=1, ge=1, description="Its share of the messages, as long as all the servers take mail."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_one_kind(cls, given: object) -> object:
        if isinstance(given, dict) and "relay" in given:
            raise mistake_at(
                "relay",
                "is no key of one server, since a mail is made and signed before it is known which of them takes it; "
                "list servers of one kind alone, and leave this out",
            )
        return given


def is_aligned(domain: str, signing: str) -> bool:
    """Tell whether a signature of one domain speaks for the mails of another (RFC 9989: relaxed alignment)."""
    return f".{_in_ascii(domain)}".endswith(f".{_in_ascii(signing)}")


def _in_ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return domain.lower()


SELECTOR = r"^[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?$"


class DkimKey(Table):
    """A key that signs mails."""

    selector: str = Field(
        pattern=SELECTOR,
        description="Its name in DNS: the record is `SELECTOR._domainkey.DOMAIN`.",
    )
    domain: Host = Field(description="The domain that signs: that of `delivery.from`, or one above it.")
    key: Path = Field(description="The file of the private key: PEM, RSA of 2048 bits or more, or Ed25519 beside it.")


class WarmUp(Table):
    """How many messages a new sending address may send on each of its first days; then the ramp has ended."""

    since: date = Field(description="Its first day, in the publication's time zone; until then its first figure holds.")
    days: tuple[Annotated[Whole, Field(ge=1)], ...] = Field(
        default=(50, 100, 200, 400, 800, 1_500, 3_000, 5_000, 10_000, 20_000, 40_000, 70_000, 100_000, 150_000),
        min_length=1,
        description="At most so many in any 24 hours: on the first day, the second, and so on. No mailbox provider "
        "publishes figures; relays advise to begin with 50 to 200 and to double each day, and this is the careful end.",
    )


class DeliverySettings(Table):
    """How mail leaves. Limits hold for all processes and hosts on one database together."""

    transport: Literal["outbox", "smtp"] = Field(
        default="outbox",
        description="`outbox`: `.eml` files in a folder, nothing leaves. `smtp`: to a mail server.",
    )
    relay: Literal["own", "ses", "postmark", "mailgun", "sendgrid", "brevo"] = Field(
        default="own",
        description="Whose server it is: your own, or that of a service, whose ways with a mail are then minded. "
        "`doctor` says what they are.",
    )
    outbox: Path = Field(default=Path("var/outbox"), description="The folder of the `outbox` transport.")
    sender: Mailbox = Field(alias="from", description="The From of newsletters.")
    return_path: Mailbox = Field(description="Where bounces go; each delivery gets its own address made of it.")
    uncertain: Literal["resend", "hold"] = Field(
        default="resend",
        description="A message whose fate a crash hid: sent again with the same Message-ID, or kept for a person.",
    )
    journal: Path = Field(
        default=Path("var/journal"),
        description="Where a sender notes what the database does not know yet: a folder on a disk of this machine.",
    )
    retry_hours: Whole = Field(default=36, ge=0, description="How long a deferred message is tried again.")
    rate: Number | None = Field(
        default=None,
        ge=0.01,
        description="At most so many messages a second, as 14 or 0.5; none: as fast as the server takes them.",
    )
    per_hour: Whole | None = Field(
        default=None, ge=1, description="At most so many messages in any hour; what is left goes later."
    )
    per_day: Whole | None = Field(default=None, ge=1, description="At most so many messages in any 24 hours.")
    warm_up: WarmUp | None = Field(default=None, description="The first days of a new sending address.")
    lease_seconds: Whole = Field(
        default=1500,
        ge=30,
        description="How long a claimed row belongs to its sender, in seconds; longer than a try can take.",
    )
    smtp: Smtp = Field(default=Smtp(), description="The server of the `smtp` transport.")
    relays: tuple[Relay, ...] = Field(
        default=(),
        max_length=10,
        description="Several servers in the place of `[delivery.smtp]`: they share the messages, and where one fails "
        "the others carry on.",
    )
    dkim: tuple[DkimKey, ...] = Field(default=(), description="The keys that sign mails; each signs every mail.")
    bounces: Bounces = Field(default=Bounces(), description="What becomes of addresses that bounce.")
    webhook: Webhook = Field(default=Webhook(), description="How the relay's events are believed.")

    @model_validator(mode="after")
    def _lease_outlives_a_try(self) -> Self:
        slowest = max(server.timeout_seconds for server in self.servers)
        longest = LONGEST_REPLY_SECONDS + REPLIES_A_TRY * slowest
        if self.transport == "smtp" and self.lease_seconds <= longest:
            raise mistake_at(
                "lease_seconds",
                f"{self.lease_seconds} is shorter than a try can take; give more than {longest:g}, or a shorter "
                f"delivery.{'relays' if self.relays else 'smtp'}.timeout_seconds",
            )
        return self

    @model_validator(mode="after")
    def _what_the_relay_has(self) -> Self:
        if self.webhook.secret and self.relay in ("own", "ses"):
            raise mistake_at("webhook", f'has a secret, and the relay "{self.relay}" proves its events by none')
        if self.webhook.topic and self.relay != "ses":
            raise mistake_at("webhook", f'has a topic, and the relay is "{self.relay}"; only "ses" has topics')
        if self.relay == "ses" and len(self.dkim) > 1:
            raise mistake_at("dkim", "has more than one key, and Amazon SES takes one DKIM-Signature; keep the RSA key")
        return self

    @model_validator(mode="after")
    def _one_server_or_several(self) -> Self:
        if self.relays and "smtp" in self.model_fields_set:
            raise mistake_at("smtp", "stands beside delivery.relays; list this server among those, and leave this out")
        return self

    @property
    def servers(self) -> tuple[Smtp, ...]:
        """The servers of the `smtp` transport: those of `relays`, else the one of `smtp`."""
        return self.relays or (self.smtp,)


class Feeds(Table):
    """The feeds' files."""

    directory: Path = Field(default=Path("feeds"), description="Where they are written; servable as it stands.")
    hubs: tuple[WebUrl, ...] = Field(default=(), description="WebSub hubs the feeds name.")
    entries: Whole = Field(default=50, ge=1, le=1000, description="How many entries a feed holds, the newest.")


class Web(Table):
    """The public site."""

    base_url: BaseUrl = Field(description="Its address as people see it; links in mails and feeds begin with it.")
    host: Host = Field(default="127.0.0.1", description="The address it listens on.")
    port: Whole = Field(default=8080, ge=0, le=65535, description="The port; 0 takes a free one.")
    secret: Secret | None = Field(
        default=None, description="Signs links in mails; else one is made once and kept in the database."
    )
    secret_file: SecretFile | None = Field(default=None, description="A file that holds the secret alone.")

    @model_validator(mode="after")
    def _known_secret(self) -> Self:
        given = "secret" if self.secret else "secret_file"
        object.__setattr__(self, "secret", secret_of(self.secret, self.secret_file, "secret"))
        if self.secret and len(self.secret.get_secret_value()) < 16:
            raise mistake_at(given, "is too short; give 16 characters or more, or leave it out")
        return self


class Fetch(Table):
    """How other people's sites are asked."""

    allow_hosts: tuple[Host, ...] = Field(
        default=(), description="Hosts that may be asked though their address is private, as `127.0.0.1`."
    )
    timeout_seconds: Number = Field(default=30, gt=0, description="The longest one answer may take in all.")
    max_bytes: Whole = Field(default=20_000_000, ge=1000, description="The largest answer read, unpacked.")
    pause_seconds: Number = Field(default=0.5, ge=0, description="The pause between two requests to one host.")
    tries: Whole = Field(default=3, ge=1, le=10, description="How often a request is tried that fails for a while.")


class ScheduleSettings(Table):
    """When `run` does what no newsletter sets the time of."""

    collect_minutes: Whole = Field(default=30, ge=1, le=1440, description="How often sources are collected.")


class Engine(Table):
    """Where tasks run."""

    kind: Literal["embedded"] = Field(default="embedded", description="`embedded`: in this process.")
