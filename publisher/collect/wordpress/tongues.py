"""The language of a post and its translations: what the post says, else the list or the part of the site it is from.

Polylang and WPML add fields to posts, or nothing, or show one language at a time until another is asked for. Whether
a site is of the last kind is measured: the posts of each language are counted, and compared with those shown unasked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from publisher.collect import wording
from publisher.collect.wordpress.api import Post
from publisher.config import Publication, Source

_FIELDS = ("lang", "language", "locale", "wpml_current_locale", "wpml_current_language_code", "polylang_current_lang")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*+")

Sample = tuple[int, Any] | None
"""How many posts there are, and the id of the newest; None where the site does not tell."""


def language(
    post: Post, asked: str, homes: Mapping[str, str], terms: Iterable[str], source: Source, publication: Publication
) -> str:
    """Give the language of a post that was in the list of `asked`; `terms` are its categories and tags."""
    address = str(post.get("link") or "")
    said = _said(post) or asked or _of_address(address, homes) or wording.language_by_terms(terms, source)
    if not said and not source.language:
        said = _of_site(post)
    return wording.language(said, source.language, publication.languages)


def said_translations(post: Post) -> Iterator[tuple[str, int | str]]:
    """Read Polylang's `translations` (language to id, or to address) and WPML's list."""
    said = post.get("translations")
    for tag, where in said.items() if isinstance(said, dict) else ():
        if isinstance(where, int | str) and not isinstance(where, bool):
            yield str(tag), int(where) if re.fullmatch(r"[0-9]{1,18}", str(where)) else str(where)
    listed = post.get("wpml_translations")
    for found in listed.values() if isinstance(listed, dict) else listed if isinstance(listed, list) else ():
        if isinstance(found, dict) and found.get("href") and found.get("status", "publish") == "publish":
            yield str(found.get("locale") or found.get("language_code") or ""), str(found["href"])


def candidates(homes: Mapping[str, str], publication: Publication) -> list[str]:
    """Give the codes that a site may know its languages by, as its home page and the config name them.

    A folder that stands for a language is called by the code.
    """
    found: dict[str, str] = {}
    for tag, place in homes.items():
        folder = urlsplit(place).path.strip("/").partition("/")[0].lower()
        primary = tag.partition("-")[0]
        found.setdefault(tag, folder if folder.partition("-")[0] == primary else primary)
    known = {code.partition("-")[0] for code in found.values()}
    codes = (*found.values(), *(tag for tag in map(_primary, publication.languages) if tag not in known))
    return list(dict.fromkeys(codes)) if len(set(codes)) > 1 else []


def to_ask_for(unasked: Sample, samples: Mapping[str, Sample]) -> list[str]:
    """Give the languages that must be asked for besides what is shown unasked; none where that is all there is.

    A site that ignores the language answers alike whatever is asked. Where one of the languages is what is shown
    unasked, or all together are more, the others are hidden.
    """
    others: dict[tuple[int, Any], str] = {}
    for code, sample in samples.items():
        if sample and sample[0] and sample != unasked:
            others.setdefault(sample, code)
    if unasked is None:
        return []
    is_one_of_them = unasked in samples.values()
    return list(others.values()) if is_one_of_them or sum(count for count, _ in others) > unasked[0] else []


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]


def _said(post: Post) -> str:
    for field in _FIELDS:
        value = post.get(field)
        if isinstance(value, dict):
            value = value.get("slug") or value.get("code") or value.get("locale")
        if isinstance(value, str) and _TAG.match(value):
            return value
    return ""


def _of_address(address: str, homes: Mapping[str, str]) -> str:
    """Give the language whose home page, in a folder or at a host of its own, a post stands below."""
    found, longest = "", 0
    for tag, place in homes.items():
        below = place.partition("://")[2].rstrip("/") + "/"
        stands_for_it = urlsplit(place).path.strip("/") or _is_host_of_one(place, homes)
        if stands_for_it and len(below) > longest and address.partition("://")[2].startswith(below):
            found, longest = tag, len(below)
    return found or (dict(parse_qsl(urlsplit(address).query[:2000])).get("lang", "") if homes else "")


def _is_host_of_one(place: str, homes: Mapping[str, str]) -> bool:
    host = urlsplit(place).netloc
    return len({tag.partition("-")[0] for tag, other in homes.items() if urlsplit(other).netloc == host}) == 1


def _of_site(post: Post) -> str:
    """Give what Yoast takes for the language, which is often that of the whole site, whatever the post is in."""
    head = post.get("yoast_head_json")
    said = head.get("og_locale") if isinstance(head, dict) else None
    return said if isinstance(said, str) and _TAG.match(said) else ""
