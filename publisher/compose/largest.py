"""The most of an issue that a mail can take: the first of `SIZES` that is small enough once its CSS is in it.

That is foretold before it is written: to write it takes most of the time, and nearly always it is done once or twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from publisher.compose import campaign, fit, inlining
from publisher.compose.growth import OURS, Growth
from publisher.compose.parts import Group
from publisher.compose.view import View

HTML_BYTES = 80_000
"""Gmail clips a mail at about 102,000 bytes; the personal parts and its own rewriting come on top of ours."""

SIZES = ((1000, 1000), (40, 100), (25, 100), (15, 80), (8, 60), (0, 40), (0, 25), (0, 15), (0, 8), (0, 0))
"""How many articles a mail tells in full and lists at all, the most first.

The last is small enough but for an editor's own words: all that a source writes of the lead has a length of its own.
"""

DOUBT = 1.01
"""What is foretold to be larger than a mail may be, but by no more than this, is tried: it may fit."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's HTML, and the part of the issue that it could take; an editor's own words are `own_octets` of it."""

    html: str
    view: View
    own_octets: int


def mail(whole: View, rendered: Callable[[View], str]) -> Mail:
    """Give the mail of an issue; `rendered` gives HTML with its CSS beside it. An editor's own words are never cut."""
    tries, growth = _Tries(whole, rendered), OURS
    too_large, fitting = -1, len(SIZES) - 1
    left = list(range(len(SIZES)))
    while left:
        at = next((one for one in left if growth.foretold(tries.plain(one)) < HTML_BYTES), left[-1])
        html = tries.inlined(at)
        growth = Growth.seen(tries.plain(at), html)
        if len(html.encode()) < HTML_BYTES:
            fitting = at
        else:
            too_large = at
        between = range(too_large + 1, fitting)
        left = [one for one in between if growth.foretold(tries.plain(one)) < HTML_BYTES * DOUBT]
    html, mailed = tries.inlined(fitting), tries.mailed(fitting)
    silent = replace(mailed, note="", parts=tuple(part for part in mailed.parts if isinstance(part, Group)))
    if silent == mailed:
        return Mail(html, mailed, 0)
    without = Growth.seen(tries.plain(fitting), html).foretold(rendered(silent))
    return Mail(html, mailed, len(html.encode()) - round(without))


class _Tries:
    """An issue in the sizes that are tried, each made when it is asked for."""

    def __init__(self, whole: View, rendered: Callable[[View], str]) -> None:
        self._whole = whole
        self._rendered = rendered
        self._made: dict[int, tuple[View, str]] = {}
        self._inlined: dict[str, str] = {}

    def mailed(self, at: int) -> View:
        """Give what a mail of that size has of the issue."""
        return self._make(at)[0]

    def plain(self, at: int) -> str:
        """Give its HTML with the CSS beside it."""
        return self._make(at)[1]

    def inlined(self, at: int) -> str:
        """Give its HTML with the CSS in it; sizes in which a small issue is the same are written once."""
        plain = self.plain(at)
        if plain not in self._inlined:
            self._inlined[plain] = inlining.inlined(plain)
        return self._inlined[plain]

    def _make(self, at: int) -> tuple[View, str]:
        if at not in self._made:
            mailed = campaign.mailed(fit.within(self._whole, *SIZES[at]))
            self._made[at] = mailed, self._rendered(mailed)
        return self._made[at]
