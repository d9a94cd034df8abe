"""The DMARC record that holds for a domain, and which domains speak for each other (RFC 9989).

The record is that of the domain itself, or else of the organization's, which is found by walking up the tree of names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.deliver.domain import tags
from publisher.deliver.domain.asking import Judgment, Resolver, Verdict

ABOUT, ALIGNMENT = "dmarc", "alignment"
_POLICIES = ("none", "quarantine", "reject")
_REMOVED = ("pct", "rf", "ri")
_MOST_LABELS = 8
_VALUES = {
    "sp": _POLICIES,
    "np": _POLICIES,
    "t": ("y", "n"),
    "psd": ("y", "n", "u"),
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A record and the domain that has it."""

    domain: str
    tags: Mapping[str, str]

    def value(self, tag: str, usual: str) -> str:
        """Give the value of a tag, in small letters; the usual one when the tag is not there."""
        return self.tags.get(tag, usual).lower()


def walk(domain: str, resolver: Resolver) -> list[Record]:
    """Give the records of a domain and of those above it, the nearest first (RFC 9989, "DNS Tree Walk")."""
    found = []
    for name in _up(domain):
        record = _record(name, resolver)
        if record is not None:
            found.append(record)
            if record.value("psd", "u") in ("y", "n"):
                break
    return found


def organization(domain: str, records: Sequence[Record]) -> str:
    """Give the organizational domain of a domain, by the records that the walk from it found."""
    for record in records:
        if record.value("psd", "u") == "n":
            return record.domain
        if record.value("psd", "u") == "y" and record.domain != domain:
            return ".".join(domain.split(".")[-len(record.domain.split(".")) - 1 :])
    return records[-1].domain if records else domain


def policy(domain: str, resolver: Resolver) -> Record | None:
    """Give the record that holds for mails from a domain."""
    records = walk(domain, resolver)
    if not records or records[0].domain == domain:
        return records[0] if records else None
    above = organization(domain, records)
    return next((one for one in records if one.domain == above), records[-1])


def is_aligned(mode: str, author: str, other: str, resolver: Resolver) -> bool:
    """Tell whether another domain speaks for mails from the author's; `mode` is "s" (strict) or "r" (relaxed)."""
    if mode == "s" or author == other:
        return author == other
    first, second = (organization(domain, walk(domain, resolver)) for domain in (author, other))
    return first == second


def check(author: str, resolver: Resolver) -> Iterator[Judgment]:
    """Judge the record that holds for mails from a domain."""
    written = [text for text in resolver.texts(f"_dmarc.{author}") if text.lower().startswith("v=dmarc1")]
    if len(written) > 1:
        yield _wrong(f"_dmarc.{author} has {len(written)} DMARC records, and receivers then take none; leave one")
        return
    if written and _record(author, resolver) is None:
        yield _wrong(f'the record of _dmarc.{author} cannot be read ("{written[0]}"); begin it with "v=DMARC1; p=none"')
        return
    record = policy(author, resolver)
    if record is None:
        publish = f'"v=DMARC1; p=none; rua=mailto:REPORTS@{author}" as the TXT record of _dmarc.{author}'
        yield _wrong(f"{author} has no DMARC record, which large receivers want of who mails many; publish {publish}")
        return
    yield from _judged(author, record)


def check_alignment(author: str, return_path: str, signing: Sequence[str], resolver: Resolver) -> Iterator[Judgment]:
    """Judge whether what is proven speaks for the `From`: SPF by the return path's domain, DKIM by those that sign."""
    record = policy(author, resolver)
    dkim_mode, spf_mode = (record.value(tag, "r") if record else "r" for tag in ("adkim", "aspf"))
    by_dkim = [domain for domain in signing if is_aligned(dkim_mode, author, domain, resolver)]
    by_spf = is_aligned(spf_mode, author, return_path, resolver)
    bad = Verdict.REMARK if by_dkim or by_spf else Verdict.WRONG
    if by_dkim:
        yield Judgment(ALIGNMENT, Verdict.GOOD, f"signatures of {by_dkim[0]} speak for mails from {author}")
    elif signing:
        words = (
            f"signatures of {signing[0]} do not speak for mails from {author}, whose record wants the very same domain"
        )
        yield Judgment(ALIGNMENT, bad, f"{words}; make a key of it with `doctor dkim --domain {author}`")
    else:
        words = f"no key signs mails here; unless your relay signs them as {author}, make one with `doctor dkim`"
        yield Judgment(ALIGNMENT, bad, words)
    if by_spf:
        yield Judgment(
            ALIGNMENT, Verdict.GOOD, f"{return_path}, the return path's domain, speaks for mails from {author}"
        )
    else:
        words = f"{return_path}, the return path's domain, does not speak for mails from {author}"
        remedy = "then signatures alone count" if by_dkim else "give delivery.return_path a domain that does"
        yield Judgment(ALIGNMENT, bad, f"{words}; {remedy}")


def _judged(author: str, record: Record) -> Iterator[Judgment]:
    place = f"_dmarc.{record.domain}"
    tag = "p" if record.domain == author or "sp" not in record.tags else "sp"
    asks = record.value(tag, "none")
    if asks in _POLICIES:
        yield Judgment(ABOUT, Verdict.GOOD, f"the record of {place} holds for mails from {author}, with {tag}={asks}")
    else:
        yield _wrong(
            f'the record of {place} has {tag}={asks}, which is no policy; write "none", "quarantine" or "reject"'
        )
    odd = [tag for tag, values in _VALUES.items() if tag in record.tags and record.value(tag, "") not in values]
    for one in odd:
        if one != tag:
            yield _remark(f"the record of {place} has {one}={record.tags[one]}, which nobody understands; correct it")
    removed = [tag for tag in _REMOVED if tag in record.tags]
    if removed:
        words = f"the record of {place} has {' and '.join(removed)}, which RFC 9989 does not know any more; take it out"
        yield _remark(f'{words}, and write "t=y" for a policy that is on trial' if "pct" in removed else words)
    if "rua" not in record.tags:
        yield _remark(
            f'the record of {place} has no "rua", so nobody reports to you what fails; add rua=mailto:ADDRESS'
        )


def _record(domain: str, resolver: Resolver) -> Record | None:
    """Give the one record of a domain; of several, none holds."""
    parsed = (tags.parse(text) for text in resolver.texts(f"_dmarc.{domain}"))
    found = [one for one in parsed if one and next(iter(one)) == "v" and one["v"] == "DMARC1"]
    return Record(domain, found[0]) if len(found) == 1 else None


def _up(domain: str) -> Iterator[str]:
    """Give the names that are asked, from a domain upwards; at most eight."""
    labels = domain.split(".")
    yield domain
    for count in range(min(len(labels), _MOST_LABELS) - 1, 0, -1):
        yield ".".join(labels[-count:])


def _wrong(words: str) -> Judgment:
    return Judgment(ABOUT, Verdict.WRONG, words)


def _remark(words: str) -> Judgment:
    return Judgment(ABOUT, Verdict.REMARK, words)
