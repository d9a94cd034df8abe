"""Reads the SPF record of a domain with all that it leads to, and says who may send by it (RFC 7208).

All of it is read, as a receiver does whose sender matches last, so that the look-ups are counted of which ten are
allowed. What depends on the single mail (macros, `exists`, `ptr`) is counted, and whether it matches is not known.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from publisher.deliver.domain.asking import Resolver

MOST_LOOKUPS = 10
MOST_VOID = 2
_MOST_EXCHANGES = 10
_SHOWN = 80
COUNTED_TO = 40
"""Look-ups after which no more are counted: the record is far beyond what receivers read."""

_MECHANISM = re.compile(r"(?P<name>[a-z0-9]+)(?::(?P<target>[^/\s]+))?(?:/(?P<four>\d{1,3}))?(?://(?P<six>\d{1,3}))?")
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Result(StrEnum):
    """What a record says of an address; `UNKNOWN` when that depends on the single mail."""

    PASS = "pass"  # noqa: S105 - a word of SPF
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    UNKNOWN = "unknown"


_RESULTS = {"+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL, "?": Result.NEUTRAL}


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism: what it says of the addresses it matches. `matches` is None when that is not known."""

    result: Result
    matches: "Sequence[Network] | Policy | None"


@dataclass(frozen=True, slots=True)
class Policy:
    """What one record says, in its order; `redirect` holds where no term matches."""

    terms: tuple[Term, ...]
    redirect: "Policy | None" = None


@dataclass(slots=True)
class Reading:
    """What was met while a record and all that it leads to were read."""

    resolver: Resolver
    lookups: int = 0
    void: int = 0
    mistakes: list[str] = field(default_factory=list)
    uses_ptr: bool = False

    def policy(self, domain: str, record: str) -> Policy:
        """Read a record of a domain; what cannot be read is left out, and is among the mistakes."""
        terms: list[Term] = []
        redirect = ""
        for word in record.split()[1:]:
            modifier = _MODIFIER.fullmatch(word)
            if modifier and modifier[1].lower() == "redirect":
                redirect = modifier[2]
            elif not modifier:
                terms += self._term(word, domain)
            if terms and _is_all(terms[-1]):
                # What stands behind it is never looked at.
                return Policy(tuple(terms))
        last = self._included(redirect, domain) if redirect else None
        if redirect and last is None:
            terms.append(Term(Result.NEUTRAL, None))
        return Policy(tuple(terms), last)

    def _term(self, word: str, domain: str) -> list[Term]:
        """Read one mechanism; nothing when it is none."""
        result, bare = (_RESULTS[word[0]], word[1:]) if word[0] in _RESULTS else (Result.PASS, word)
        try:
            return [Term(result, self._matches(bare.lower(), domain))]
        except ValueError:
            self.mistakes.append(f'the record of {domain} has "{word[:_SHOWN]}", which is no term of SPF')
            return []

    def _matches(self, word: str, domain: str) -> "Sequence[Network] | Policy | None":
        """Give what a mechanism matches.

        Raises:
            ValueError: when it is none.
        """
        found = _MECHANISM.fullmatch(word)
        name, target = found.group("name", "target") if found else ("", "")
        if word == "all":
            return _EVERYBODY
        if "%" in word or name in ("exists", "ptr"):
            self._count()
            self.uses_ptr = self.uses_ptr or name == "ptr"
            return None
        if name == "include" and target:
            return self._included(target, domain)
        if found and name in ("a", "mx"):
            return self._hosts(name, target or domain, (found["four"], found["six"]))
        network = ipaddress.ip_network(word[len("ip4:") :], strict=False)
        if not word.startswith(f"ip{network.version}:"):
            raise ValueError(word)
        return (network,)

    def _hosts(self, name: str, target: str, lengths: tuple[str | None, str | None]) -> list[Network]:
        """Give the networks of a name, or of its mail servers."""
        if not self._count():
            return []
        hosts: Sequence[str] = (target,)
        if name == "mx":
            hosts = [host for host in self.resolver.exchanges(target) if host != "."]
            if len(hosts) > _MOST_EXCHANGES:
                self.mistakes.append(f"{target} has {len(hosts)} mail servers, and receivers look at {_MOST_EXCHANGES}")
        found = [address for host in hosts[:_MOST_EXCHANGES] for address in self.resolver.addresses(host)]
        self.void += not found
        return [_network(address, lengths) for address in found]

    def _included(self, target: str, domain: str) -> "Policy | None":
        """Read the record of another domain; it must have one."""
        if not self._count() or "%" in target:
            return None
        found = records(self.resolver.texts(target))
        if len(found) != 1:
            self.void += not found
            said = f"has {len(found)} SPF records" if found else "has no SPF record"
            self.mistakes.append(f"the record of {domain} leads to {target}, which {said}")
            return Policy(())
        return self.policy(target, found[0])

    def _count(self) -> bool:
        """Count a look-up; tell whether it is to be made."""
        self.lookups += 1
        return self.lookups <= COUNTED_TO


def records(texts: Sequence[str]) -> list[str]:
    """Give those of a name's TXT records that are of SPF (RFC 7208 §4.5)."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def result(policy: Policy, address: str) -> Result:
    """Say what a record says of an address."""
    asked = ipaddress.ip_address(address)
    is_sure = True
    for term in policy.terms:
        matches = _is_matched(term, address, asked)
        if matches is None and term.result is not Result.PASS:
            return Result.UNKNOWN
        is_sure = is_sure and matches is not None
        if matches:
            return term.result if is_sure or term.result is Result.PASS else Result.UNKNOWN
    last = result(policy.redirect, address) if policy.redirect else Result.NEUTRAL
    return last if is_sure or last is Result.PASS else Result.UNKNOWN


def ends_with(policy: Policy) -> Result:
    """Say what a record says of addresses that it does not name."""
    if policy.terms and _is_all(policy.terms[-1]):
        return policy.terms[-1].result
    return ends_with(policy.redirect) if policy.redirect else Result.NEUTRAL


def _is_matched(term: Term, address: str, asked: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool | None:
    if isinstance(term.matches, Policy):
        inner = result(term.matches, address)
        return None if inner is Result.UNKNOWN else inner is Result.PASS
    if term.matches is None:
        return None
    return any(network.version == asked.version and asked in network for network in term.matches)


def _is_all(term: Term) -> bool:
    return term.matches is _EVERYBODY


def _network(address: str, lengths: tuple[str | None, str | None]) -> Network:
    length = lengths[":" in address]
    return ipaddress.ip_network(f"{address}/{length}" if length else address, strict=False)


_EVERYBODY: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
