"""Takes what came back: finds whose mail it was, and mails no dead address again.

Only what names a delivery of ours is acted on: by its return path, which nobody else can make, or by the message id of
the mail it returns, which nobody else can guess. Each bounce counts once, however often it is read.
"""

import hashlib
import mailbox
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from publisher.config import Settings, address_in
from publisher.deliver import bounces as stage
from publisher.deliver.address import parse
from publisher.deliver.bounces import Mail, imap, judging
from publisher.deliver.return_path import base, read_return_path
from publisher.errors import UnreadableInput, UsageError
from publisher.model import Bounce, BounceKind
from publisher.store import Store, Transaction, bounces, subscribers
from publisher.tasks import signing

log = structlog.get_logger("publisher")

_KEY = re.compile(r"[0-9a-f]{20}")
_FIELDS = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


@dataclass(frozen=True, slots=True)
class Taken:
    """What one mail said of one recipient, and what was done. `bounce` is None for a mail that is no bounce."""

    mail: str
    bounce: Bounce | None
    done: str


def collect(store: Store, settings: Settings, paths: Iterable[Path], now: datetime) -> Iterator[Taken]:
    """Read mails, mailboxes (mbox) and Maildirs, act on what they say, and give an account of each.

    Raises:
        UsageError: for a path that cannot be read; for one that is not there before anything is done.
    """
    secret, paths = signing.secret(store, settings), tuple(paths)
    for path in paths:
        with _told(path):
            path.stat()
    for path in paths:
        for name, octets in _mails(path):
            yield from _taken(store, settings, secret, name, octets, now)


def collect_new(
    store: Store, settings: Settings, clock: Callable[[], datetime], stop: Callable[[], bool] = lambda: False
) -> list[Taken]:
    """Read what is new in the Maildir of the config, and move it to what was seen; nothing where there is none.

    Raises:
        UsageError: when the Maildir cannot be read or written.
    """
    maildir = settings.delivery.bounces.maildir
    if maildir is None:
        return []
    folder, secret, account = settings.path(maildir), signing.secret(store, settings), list[Taken]()
    try:
        (folder / "cur").mkdir(parents=True, exist_ok=True)
        for file in sorted(_files(folder / "new")) if (folder / "new").is_dir() else ():
            if stop():
                break
            with suppress(FileNotFoundError):  # A mail program may look at the same folder.
                account += _taken(store, settings, secret, file.name, _beginning(file), clock())
                # Only what was acted on is seen; read twice after a crash, it counts once.
                file.rename(folder / "cur" / f"{file.name}:2,S")
    except OSError as error:
        raise UsageError(f"{folder} cannot be read or written ({error.strerror}); look at its rights") from error
    return account


def collect_inbox(
    store: Store, settings: Settings, clock: Callable[[], datetime], stop: Callable[[], bool] = lambda: False
) -> list[Taken]:
    """Read what nobody read in the IMAP mailbox of the config, and mark it as read; nothing where there is none.

    Raises:
        FarEndError: when the mailbox cannot be read; what was acted on before is marked.
    """
    mailbox_of_bounces = settings.delivery.bounces.imap
    if mailbox_of_bounces is None:
        return []
    secret, account = signing.secret(store, settings), list[Taken]()
    with imap.opened(mailbox_of_bounces) as inbox:
        for name in inbox.unread():
            if stop():
                break
            octets = inbox.beginning(name)
            if octets is not None:
                account += _taken(store, settings, secret, f"{mailbox_of_bounces.folder} {name}", octets, clock())
                # As in a Maildir: read twice after a crash, it counts once.
                inbox.mark_read(name)
    return account


def take(store: Store, settings: Settings, recipient: str, octets: bytes, now: datetime) -> list[Taken]:
    """Act on one mail that came for `recipient`, a return path of ours, and give an account.

    What is no bounce, a letter as a rule, is put into the Maildir of the config, where `collect_new` finds it.

    Raises:
        UnreadableInput: for such a mail where the config has no Maildir, or one that breaks the reader.
        UsageError: when that Maildir cannot be written.
        FarEndError: when the database is away; nothing was done that is done twice when the mail is taken again.
    """
    named = b"X-Original-To: " + recipient.encode("ascii") + b"\r\n" + octets
    returned = _understood(settings, signing.secret(store, settings), named[: stage.MOST_OCTETS])
    if returned.bounces:
        return list(_acted(store, settings, recipient, returned, now))
    maildir = settings.delivery.bounces.maildir
    if maildir is None:
        raise UnreadableInput(f"what came for {recipient} is no bounce; set delivery.bounces.maildir to keep such")
    _keep(settings.path(maildir), named)
    return []


def _keep(folder: Path, octets: bytes) -> None:
    try:
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(folder).add(octets)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}); look at its rights") from error


def tell(account: Sequence[Taken]) -> None:
    """Log how many of each kind came back, if any did."""
    if account:
        kinds = Counter(str(taken.bounce.kind) if taken.bounce else "unknown" for taken in account)
        log.info("bounces read", suppressed=sum(taken.done == "suppressed" for taken in account), **kinds)


def _taken(store: Store, settings: Settings, secret: str, name: str, octets: bytes, now: datetime) -> Iterator[Taken]:
    try:
        returned = _understood(settings, secret, octets)
    except UnreadableInput as error:
        yield Taken(name, None, f"nothing: {error}")
        return
    yield from _acted(store, settings, name, returned, now)


@dataclass(frozen=True, slots=True)
class _Returned:
    mail: Mail
    key: str | None
    bounces: list[Bounce]


def _understood(settings: Settings, secret: str, octets: bytes) -> _Returned:
    try:
        mail = stage.take_apart(octets)
        return _Returned(mail, _key(mail, settings, secret), stage.read(mail))
    except Exception as error:
        # One crafted mail must not keep those behind it from being read, whatever it breaks.
        raise UnreadableInput(f"it cannot be read ({type(error).__name__}); look at it by hand") from error


def _acted(store: Store, settings: Settings, name: str, returned: _Returned, now: datetime) -> Iterator[Taken]:
    mail = returned.mail
    for bounce in returned.bounces:
        # A mail called `unsubscribe` is a complaint in no report.
        leaves = bounce.kind is BounceKind.COMPLAINT and not mail.feedback
        identity = mail.field("Message-ID") or ("" if leaves else mail.prose)
        with store.writing() as transaction:
            done = act(transaction, settings, returned.key, bounce, identity, now, leaves=leaves)
        yield Taken(name, bounce, done)
    if not returned.bounces:
        yield Taken(name, None, "nothing: it is no bounce; a person may have written it")


def count_refusals(store: Store, settings: Settings, issue_id: int, now: datetime) -> None:
    """Count what servers refused for good while an issue was sent as the bounces they are."""
    with store.writing() as transaction:
        for of, reply in bounces.refused(transaction, issue_id):
            kind = judging.kind(reply.enhanced, reply.words)
            bounce = Bounce(of.email, reply.enhanced, kind, f"{reply.code} {reply.words}")
            _take(transaction, settings, _digest("refused", of.key), of, bounce, now)


def act(
    transaction: Transaction,
    settings: Settings,
    key: str | None,
    bounce: Bounce,
    identity: str,
    now: datetime,
    *,
    leaves: bool,
) -> str:
    """Do what a bounce of the delivery with `key` asks for, once, and give an account.

    `identity` tells it from every other one of that delivery. With `leaves` a reader wishes to end that newsletter; one
    who says so without an identity may say so again.
    """
    if not bounce.is_final:
        return "nothing: it is still tried" if bounce.kind is BounceKind.SOFT else "nothing: a program answered"
    of = bounces.returned(transaction, key) if key and _KEY.fullmatch(key) else None
    if of is None:
        return "nothing: it names no mail of ours"
    is_theirs = _spelled(bounce.recipient) == _spelled(of.email)
    if leaves:
        if not is_theirs:
            return "nothing: it is of somebody else than the one who got the mail"
        digest = _digest(of.key, BounceKind.OPT_OUT, bounce.recipient, identity)
        if identity and not bounces.keep(transaction, digest, of, replace(bounce, kind=BounceKind.OPT_OUT), now):
            # Who came back meanwhile did not ask for it again.
            return "nothing: it was counted before"
        subscribers.leave(transaction, of.subscriber, of.newsletter, now)
        return f"left {of.newsletter}"
    if bounce.kind is BounceKind.HARD and not is_theirs:
        # Forwarded, or named in passing: that another address is dead says nothing for good of this one.
        bounce = replace(bounce, kind=BounceKind.SOFT)
    return _take(transaction, settings, _digest(of.key, bounce.kind, bounce.recipient, identity), of, bounce, now)


def _take(
    transaction: Transaction, settings: Settings, digest: str, of: bounces.Returned, bounce: Bounce, now: datetime
) -> str:
    if not bounces.keep(transaction, digest, of, bounce, now):
        return "nothing: it was counted before"
    why = " ".join(filter(None, (f"{bounce.kind} bounce", bounce.status)))
    if bounce.kind is BounceKind.COMPLAINT:
        subscribers.leave_all(transaction, of.subscriber, now)
        why = f"complaint ({bounce.words})"
    elif bounce.kind is BounceKind.SOFT:
        policy = settings.delivery.bounces
        mails = bounces.soft_mails(transaction, of.subscriber, now - timedelta(days=policy.soft_days))
        if mails < policy.soft_limit:
            return f"counted: {mails} of {policy.soft_limit} within {policy.soft_days} days"
        why = f"{mails} soft bounces within {policy.soft_days} days"
    subscribers.suppress(transaction, of.email, why, now)
    return "suppressed"


def _spelled(email: str) -> str:
    """Give the one spelling of an address by which it is compared: servers write its domain in ASCII."""
    try:
        return str(parse(email)).lower()
    except UnreadableInput:
        return email.lower()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _key(mail: Mail, settings: Settings, secret: str) -> str | None:
    """Give the key of the delivery that a mail came back of; None where it names none, or is forged."""
    ours = base(settings.delivery.return_path)
    addressed = [address.lower() for name in _FIELDS for address in mail.addresses(name)]
    back = [one for one in addressed if one.startswith(f"{ours.local}+") and one.endswith(f"@{ours.domain}")]
    if back:
        return next((key for one in back if (key := read_return_path(one, secret))), None)
    signed = next((key for one in mail.returned_paths if (key := read_return_path(one, secret))), None)
    if signed or not stage.is_report(mail):
        # Who answers or forwards a mail quotes its id too; only a report is believed by it.
        return signed
    domain = address_in(settings.delivery.sender).rpartition("@")[2].lower()
    envelopes = [found[0] for one in mail.statuses if (found := _KEY.match(one.get("original-envelope-id", "")))]
    ids = [one.partition("@")[0] for one in mail.returned_ids if one.lower().endswith(f"@{domain}")]
    return next((one for one in (*envelopes, *ids) if _KEY.fullmatch(one)), None)


def _mails(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give each mail of a file, a mailbox or a Maildir under a name."""
    with _told(path):
        if path.is_dir():
            yield from _in_folder(path)
        elif _beginning(path)[:5] == b"From ":
            with closing(mailbox.mbox(path, create=False)) as box:
                for number, key in enumerate(box.keys(), start=1):
                    with closing(box.get_file(key)) as opened:
                        yield f"{path} ({number})", opened.read(stage.MOST_OCTETS)
        else:
            yield str(path), _beginning(path)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a mail, a mailbox or a Maildir") from error


def _in_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    inside = [path / "new", path / "cur"] if (path / "cur").is_dir() else [path]
    for folder in inside:
        for file in sorted(_files(folder)):
            yield str(file), _beginning(file)


def _files(folder: Path) -> Iterator[Path]:
    return (one for one in folder.iterdir() if one.is_file())


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(stage.MOST_OCTETS)
