"""What a refusal says of an address: by its enhanced code first, then by its words.

The rules are data: `table.toml`.
"""

import re
import tomllib
from importlib import resources

from publisher.model import BounceKind

LONGEST_WORDS = 2_000

_TABLE = tomllib.loads(resources.files(__package__).joinpath("table.toml").read_text(encoding="utf-8"))
_CODES: dict[str, BounceKind] = {code: BounceKind(kind) for kind in ("hard", "soft") for code in _TABLE["codes"][kind]}
_AT_THE_NAME: list[str] = _TABLE["codes"]["hard_at_the_name"]
_WORDS = {kind: re.compile("|".join(f"(?:{words})" for words in given)) for kind, given in _TABLE["words"].items()}
_ANSWER = re.compile(r"(?<!\d)([245]\d\d)[ :-]+\W{0,2}([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")


def kind(status: str, words: str) -> BounceKind:
    """Give what a failure says of the address: that it is dead, or nothing for good."""
    return _known(status, words) or BounceKind.SOFT


def confirmed(status: str, words: str) -> BounceKind:
    """Give the same of a failure that a relay calls permanent: it is believed where the table does not know better."""
    return _known(status, words) or BounceKind.HARD


def _known(status: str, words: str) -> BounceKind | None:
    said = _said(words)
    if status.startswith("4") or _WORDS["full"].search(said) or _WORDS["ours"].search(said):
        return BounceKind.SOFT
    known = _CODES.get(status) or _CODES.get(status.rpartition(".")[0])
    is_named = status in _AT_THE_NAME and _WORDS["name"].search(said)
    if known is not None and not is_named:
        return known
    if _WORDS["soft"].search(said):
        return BounceKind.SOFT
    return BounceKind.HARD if _WORDS["hard"].search(said) else None


def _said(words: str) -> str:
    """Give the beginning of what was said, in lower case and on one line: a reason stands early, or nowhere."""
    return " ".join(words[:LONGEST_WORDS].lower().split())


def says_why(words: str) -> bool:
    """Tell whether words have a code, or any of the words that we know."""
    said = _said(words)
    return bool(_CODE.search(said)) or any(known.search(said) for known in _WORDS.values())


def status(field: str, words: str) -> str:
    """Give the enhanced code of a failure (RFC 3463): what the last server said, else what its own field says."""
    own = next(iter(_CODE.findall(field)), "")
    said = words[:LONGEST_WORDS]
    answered = [code for reply, code in _ANSWER.findall(said) if reply[0] == code[0]]
    inside = answered or ([] if own and not own.endswith(".0.0") else _CODE.findall(said))
    return inside[-1] if inside else own
