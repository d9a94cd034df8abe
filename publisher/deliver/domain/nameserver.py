"""Asks DNS, by the name server of this machine or by another: the one home of dnspython.

Every question is asked once. All questions together have an end, in number and in time, since what is asked next
may stand in somebody else's record.
"""

import time
from collections.abc import Callable

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from publisher.deliver.domain.asking import Unanswered

QUESTION_SECONDS = 5.0
ALL_SECONDS = 60.0
MOST_QUESTIONS = 300
_REMEDY = "try again later, or name another name server with --name-server"


class NameServer:
    """A `Resolver` over a name server."""

    def __init__(self, server: tuple[str, int] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask `server`, an address and a port, or else the one of this machine; nothing is asked yet."""
        self._server, self._clock, self._ends = server, clock, clock() + ALL_SECONDS
        self._resolver: dns.resolver.Resolver | None = None
        self._answers: dict[tuple[dns.name.Name, str], tuple[object, ...]] = {}
        self._is_mute = False

    def texts(self, name: str) -> tuple[str, ...]:
        """Give the TXT records of a name, each in one piece; what no terminal should be shown is "?"."""
        found = [one for one in self._ask(name, "TXT") if isinstance(one, TXT)]
        texts = (b"".join(one.strings).decode("utf-8", "replace") for one in found)
        return tuple("".join(letter if letter.isprintable() else "?" for letter in text) for text in texts)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Give the IPv4 and IPv6 addresses of a name."""
        return tuple(str(one) for kind in ("A", "AAAA") for one in self._ask(name, kind))

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Give the mail servers of a name (MX), the most preferred first."""
        found = sorted((one for one in self._ask(name, "MX") if isinstance(one, MX)), key=lambda one: one.preference)
        return tuple(one.exchange.to_text(omit_final_dot=True) for one in found)

    def names(self, address: str) -> tuple[str, ...]:
        """Give the names that an address is said to have (PTR)."""
        asked = dns.reversename.from_address(address).to_text()
        return tuple(str(one).rstrip(".") for one in self._ask(asked, "PTR"))

    def _ask(self, name: str, kind: str) -> tuple[object, ...]:
        try:
            asked = dns.name.from_text(name)
        except dns.exception.DNSException:  # No such name can be in DNS.
            return ()
        if (asked, kind) not in self._answers:
            self._answers[asked, kind] = self._answer(asked, kind)
        return self._answers[asked, kind]

    def _answer(self, name: dns.name.Name, kind: str) -> tuple[object, ...]:
        shown = f"the {kind} record of {name.to_text(omit_final_dot=True)}"
        left = self._ends - self._clock()
        if left <= 0 or len(self._answers) >= MOST_QUESTIONS:
            raise Unanswered(
                f"{shown} was not asked for: DNS was asked enough; look at what leads there, and try again"
            )
        if self._is_mute:
            raise Unanswered(f"DNS does not say {shown} (no answer in time); {_REMEDY}")
        try:
            answer = self._opened().resolve(name, kind, search=False, lifetime=min(left, QUESTION_SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            # One that never said a word is not waited for again.
            self._is_mute = isinstance(error, dns.exception.Timeout) and not self._answers
            raise Unanswered(f"DNS does not say {shown} ({_why(error)}); {_REMEDY}") from error
        return tuple(answer)

    def _opened(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            resolver = dns.resolver.Resolver(configure=self._server is None)
            if self._server is not None:
                resolver.nameservers, resolver.port = [self._server[0]], self._server[1]
            self._resolver = resolver
        return self._resolver


def _why(error: Exception) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "no answer in time"
    if isinstance(error, dns.resolver.NoNameservers):
        return "the name server failed"
    return str(error) or type(error).__name__
