"""The words of the project as frozen dataclasses: no I/O, no framework.

Every instant is an aware `datetime` in UTC; local time exists only where a period or a date for people
is computed. Text is plain text unless its name or docstring says HTML, and HTML here is always already
safe: `markup.py` made it so when the article came in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Link:
    """A link an article carries as data: see-also lines, related articles."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, with what must be said about it wherever it is shown. `width` and `height` in pixels.

    `small_url` is the same picture at about 300 pixels wide, where the source offers one.
    """

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    license_url: str | None = None
    width: int | None = None
    height: int | None = None
    small_url: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A sound, a film or a file that an article carries, and what a podcast says of its episode.

    `length` is in bytes and `seconds` is how long it plays; None where the source does not say.
    """

    url: str
    media_type: str = ""
    length: int | None = None
    seconds: int | None = None
    title: str = ""
    season: int | None = None
    episode: int | None = None
    episode_type: str = ""
    explicit: bool | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One published piece. Its canonical URL, normalised, is its identity.

    `body` is safe HTML, and so are the `parts` of it that the config names, by their keys. `image` is the one that
    stands for the article, `images` are those inside the body. `translations` maps a language to the URL of the same
    piece in that language. `modified` is what the source says of its last change, never before `published`.
    `license_url` is the license that the source states for this article itself, where it states one.
    """

    url: str
    language: str
    title: str
    published: datetime
    modified: datetime
    source: str
    body: str = ""
    summary: str = ""
    kicker: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: Image | None = None
    images: tuple[Image, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    translations: Mapping[str, str] = field(default_factory=dict)
    see_also: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    retracted: bool = False
    license_url: str | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the store keeps it: merged over its sources, with its own history.

    `updated` moves only when the content really changed; `revision` counts those changes from 1.
    `retracted_at` is set once and takes the article out of everything made afterwards.
    """

    id: int
    article: Article
    first_seen: datetime
    updated: datetime
    revision: int
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something from outside that could not become an article, and why, for the account of the run."""

    source: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd about an article that was collected all the same, for whoever can mend it at its source."""

    source: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open interval of instants with the name people use for it, as `2026-W47`."""

    name: str
    start: datetime
    end: datetime


class Reason(StrEnum):
    """Why an article stands where it does in an issue, or does not stand there at all."""

    LEAD = "lead"
    MATCHED = "matched the section"
    EVERYTHING_ELSE = "everything else"
    EDITOR = "put there by the editor"
    ARCHIVE = "from the archive"
    CORRECTION = "corrected since an earlier issue"
    OTHER_LANGUAGE = "other language"
    NO_SECTION = "no section takes it"
    IN_EARLIER_ISSUE = "in an earlier issue"
    RETRACTED = "retracted"
    FUTURE_DATE = "future date"
    BEFORE_PERIOD = "before the period"
    LIMIT = "limit reached"
    WAITS = "limit reached, waits for the next issue"
    DROPPED = "dropped by the editor"
    DROPPED_OUT = "retracted after approval"


ARCHIVE = "from-the-archive"
CORRECTIONS = "corrections"
"""Sections that every issue may have, beside those of its newsletter, which none of those is called."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article stands in an issue, or why it does not: then `section` is None.

    `position` counts from 0 through the whole issue; what is left out follows. `article.revision` is the one that the
    issue was composed of.
    """

    article: StoredArticle
    section: str | None
    position: int
    reason: Reason

    @property
    def is_told(self) -> bool:
        """Whether it stands in a section of the newsletter: what the archive and corrections add is no news."""
        return self.section not in (None, ARCHIVE, CORRECTIONS)


@dataclass(frozen=True, slots=True)
class Block:
    """A free text of the editor's, as Markdown, that stands before a section; after all where `before` is empty."""

    before: str
    text: str


@dataclass(frozen=True, slots=True)
class Edits:
    """What an editor changed of an issue as composed; composing again keeps it. Articles are named by their ids.

    An empty text changes nothing. `note` is Markdown. `lead` leads, whatever the rules say. `sections` says where
    an article stands, also one that the rules leave out; `order` says which of a section's articles come first, and in
    which order; `dropped` stay out, wherever else they are named. `has_appeal` is False on a grim day. `file` is what
    the file of an issue that is no period said when it was composed of it last.
    """

    title: str = ""
    subject: str = ""
    preheader: str = ""
    note: str = ""
    lead: int | None = None
    sections: Mapping[int, str] = field(default_factory=dict)
    order: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    dropped: tuple[int, ...] = ()
    excerpts: Mapping[int, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    has_appeal: bool = True
    file: "Edits | None" = None


class IssueKind(StrEnum):
    """What an issue is of: a period, or none.

    A special issue, an appeal or a correction goes once to all who are subscribed; a welcome goes to each who
    subscribes while it is open.
    """

    PERIODIC = "periodic"
    SPECIAL = "special"
    WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found in an issue: which check, what, and what to do. `is_grave`: it should not go so.

    `words` are English; other languages are made of its `kind` and the `values` it names. Both are empty in what
    earlier releases found.
    """

    check: str
    words: str
    is_grave: bool = False
    kind: str = field(default="", compare=False)
    values: Mapping[str, str | int | Sequence[str]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class IssueEvent:
    """Something that was done to an issue: when, by whom (empty: by the publisher itself), and what was said."""

    at: datetime
    who: str
    what: str
    words: str = ""


class IssueState(StrEnum):
    """The states of an issue. Approving freezes it; only a draft is composed again."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Variant:
    """One rendering of an issue, shared by every subscriber who gets the same content.

    `html` and `text` carry each mark of `Place` once, where the personal parts go; `web` is the page that
    is the issue's web copy and carries none.
    """

    subject: str
    preheader: str
    html: str
    text: str
    web: str


@dataclass(frozen=True, slots=True)
class Version:
    """What the mails of an issue said until it was amended: its variant, and those of audiences by their tag.

    `number` counts the amendments before it: 0 is what was approved first.
    """

    number: int
    variant: Variant
    audiences: Mapping[str, Variant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """A `Placement` as it is kept: the article by its id, and the revision that the issue was composed of."""

    article_id: int
    section: str | None
    position: int
    reason: str
    revision: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an issue whose sending has begun is to say from its approval on; no reader sees it before."""

    title: str
    variant: Variant
    audiences: Mapping[str, Variant]
    edits: Edits
    findings: tuple[Finding, ...]
    composed: datetime
    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One dated instance of a newsletter, unique by (newsletter, language, period).

    `audiences` has the variants of those subscribers who get other words, by the tag that tells them. `held_by` is
    empty where the publisher itself held it. `version` counts the amendments that took effect, the last of them
    composed at `amended`; `amendment` waits for approval. `corrects` is the issue whose older versions its recipients
    got.
    """

    id: int
    newsletter: str
    language: str
    period: Period
    number: int
    state: IssueState
    title: str
    composed: datetime
    variant: Variant
    approved: datetime | None = None
    sent: datetime | None = None
    kind: IssueKind = IssueKind.PERIODIC
    audiences: Mapping[str, Variant] = field(default_factory=dict)
    edits: Edits = Edits()
    findings: tuple[Finding, ...] = ()
    held_because: str = ""
    held_by: str = ""
    approved_by: str = ""
    version: int = 0
    amended: datetime | None = None
    amendment: Amendment | None = None
    corrects: int | None = None

    @property
    def proposed(self) -> "Issue":
        """The issue as its amendment has it, which is still to be approved; itself where there is none."""
        wanted = self.amendment
        if wanted is None:
            return self
        return replace(
            self,
            title=wanted.title,
            variant=wanted.variant,
            audiences=wanted.audiences,
            edits=wanted.edits,
            findings=wanted.findings,
            version=self.version + 1,
        )

    @property
    def is_held_by_us(self) -> bool:
        """Whether it is held, and by no person."""
        return self.state is IssueState.HELD and not self.held_by


class Place:
    """The marks a variant carries where a personal part is filled in.

    They are plain ASCII that no newsroom writes by chance and that HTML, CSS inlining and URL handling
    leave alone. `compose` keeps out whatever of an article spells one.
    """

    LEAVE_URL = "xPLACExLEAVExURLx"
    ADDRESS = "xPLACExADDRESSx"
    PREFERENCES_URL = "xPLACExPREFERENCESxURLx"
    HELPFUL_URL = "xPLACExHELPFULxURLx"
    UNHELPFUL_URL = "xPLACExUNHELPFULxURLx"
    GREETING = "xPLACExGREETINGx"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A mailbox. `email` keeps the spelling its owner gave; its identity ignores case."""

    id: int
    email: str
    name: str
    language: str
    tags: tuple[str, ...] = ()
    suppressed: str | None = None


class DeliveryState(StrEnum):
    """The states of a row of the ledger."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"

    @property
    def is_open(self) -> bool:
        """Whether what becomes of the row is not settled for good."""
        return self not in (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SUPPRESSED)


class BounceKind(StrEnum):
    """What a mail that came back is about: a dead address, trouble that passes, a complaint, a program's answer."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    AUTO = "auto"
    CHALLENGE = "challenge"
    OPT_OUT = "opt-out"
    """As it is kept: a reader left one newsletter. Read, it is a complaint."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail that came back says of one recipient.

    `status` is the enhanced code (RFC 3463), empty where there is none; `words` are the server's. `is_final` is False
    for a delay: the server still tries.
    """

    recipient: str
    status: str
    kind: BounceKind
    words: str
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One issue to one subscriber: a row of the ledger, claimed for sending.

    `key` is ten random bytes in hex, fixed when the row is made: the Message-ID and the return path are
    made of it. `created` is the message's Date, so a second try is the same bytes. `attempts` counts the tries that
    ended with a reply before this one. `claim` is the number of the claim that made the row the sender's own, and
    `version` is what its message says: that of the issue when it was claimed.
    """

    id: int
    key: str
    issue: int
    subscriber: Subscriber
    created: datetime
    attempts: int
    claim: int = 1
    version: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that a sender claimed, and when their messages may go.

    The first may after `wait` seconds, each other `every` seconds after the one before it. Without rows, `wait` is when
    to ask again; when that is 0 there is nothing to send for now.
    """

    deliveries: Sequence[Delivery]
    wait: float = 0.0
    every: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What the far end said to one message: an SMTP code, its enhanced code and its words.

    `state` is what the row becomes because of it.
    """

    state: DeliveryState
    code: int | None = None
    enhanced: str = ""
    words: str = ""
