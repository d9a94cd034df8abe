"""Which content coding an answer gets (RFC 9110 §12.5.3): a rule, and the encoders it chooses between."""

import gzip
import re
from enum import StrEnum

import brotli  # type: ignore[import-untyped]  # the package brings no types


class Coding(StrEnum):
    """The content codings we offer, the one we would rather send first."""

    BROTLI = "br"
    GZIP = "gzip"
    IDENTITY = "identity"


_ELEMENT = re.compile(r"([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?")


def choose(accept_encoding: str | None) -> Coding:
    """Give the coding the reader weighs highest, ours first among equals.

    Who names no coding, or excludes all of them, gets `identity`: a feed is worth more than a 406.
    """
    weights = _weights(accept_encoding or "")
    offered = [coding for coding in Coding if _weight(coding, weights) > 0]
    return max(offered, key=lambda coding: _weight(coding, weights), default=Coding.IDENTITY)


def _weights(accept_encoding: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for element in accept_encoding.lower().split(","):
        match = _ELEMENT.fullmatch(element.strip(" \t"))
        if match:
            name = match[1].removeprefix("x-")
            weights[name] = float(match[2] or 1)
    return weights


def _weight(coding: Coding, weights: dict[str, float]) -> float:
    # Identity that is not mentioned is acceptable, but less than anything that is.
    silent = weights.get("*", 0.0001) if coding is Coding.IDENTITY else weights.get("*", 0)
    return weights.get(coding, silent)


def encode(body: bytes, coding: Coding) -> bytes:
    """Encode a body; the same bytes in, the same bytes out, so that a tag made of them is a strong one."""
    if coding is Coding.BROTLI:
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=7))
    if coding is Coding.GZIP:
        return gzip.compress(body, compresslevel=8, mtime=0)
    return body
