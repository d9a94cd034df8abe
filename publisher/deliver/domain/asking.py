"""What is asked of DNS about the newsroom's domain, and what is said of it.

A check is given a `Resolver` and gives judgments; where DNS does not answer, it says that it cannot tell.
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from publisher.errors import FarEndError


class Unanswered(FarEndError):
    """DNS did not answer a question, so nobody knows whether there is such a record; a later try may."""


class Resolver(Protocol):
    """Answers questions of DNS. No record is an empty answer; names are absolute and ASCII.

    Each method raises `Unanswered` when there was no answer at all.
    """

    def texts(self, name: str) -> tuple[str, ...]:
        """Give the TXT records of a name, each in one piece."""
        ...

    def addresses(self, name: str) -> tuple[str, ...]:
        """Give the IPv4 and IPv6 addresses of a name."""
        ...

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Give the mail servers of a name (MX), the most preferred first; the null MX of RFC 7505 is "."."""
        ...

    def names(self, address: str) -> tuple[str, ...]:
        """Give the names that an address is said to have (PTR)."""
        ...


class Verdict(StrEnum):
    """What a check came to. `REMARK`: as it may be, and a person should know it."""

    GOOD = "good"
    REMARK = "remark"
    WRONG = "wrong"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Judgment:
    """One thing that was found about the domain: what it is about, whether it is right, and what to do."""

    about: str
    verdict: Verdict
    words: str


def judged(about: str, check: Callable[[], Iterator[Judgment]]) -> Iterator[Judgment]:
    """Give the judgments of a check, and that nobody can tell where DNS does not answer."""
    try:
        yield from check()
    except Unanswered as error:
        yield Judgment(about, Verdict.CANNOT_TELL, str(error))


def literal(host: str) -> str | None:
    """Give the address that a host is written as, if it is one."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None
