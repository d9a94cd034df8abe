"""Articles, variants and what editors changed as the JSON the database keeps, and back."""

import hashlib
import json
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

from publisher.model import (
    Amendment,
    Article,
    Block,
    Edits,
    Enclosure,
    Finding,
    Image,
    Link,
    Placed,
    Variant,
)
from publisher.store.text import storable, storable_json

_READ_OUT = ("images", "parts")
"""Fields that are read out of the body, and may be read otherwise by another config or release."""
_PASSING = ("modified", "source", *_READ_OUT)
"""Fields that move without the article having changed for a reader."""


_NAMES = {kind: tuple(field.name for field in fields(kind)) for kind in (Article, Image, Enclosure, Link)}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if names := _NAMES.get(type(value)):
        return {name: _plain(getattr(value, name)) for name in names}
    return storable_json(dict(value))


def article_to_json(article: Article) -> dict[str, Any]:
    """Give an article as JSON: instants in UTC, text without what a database refuses."""
    return {name: _plain(getattr(article, name)) for name in _NAMES[Article]}


def article_from_json(content: dict[str, Any]) -> Article:
    """Give back the article that `article_to_json` was given, be it one of an earlier release that kept less."""
    lists = ("authors", "categories", "countries", "tags")
    return Article(
        **{
            **content,
            **{name: tuple(content[name]) for name in lists},
            "published": datetime.fromisoformat(content["published"]),
            "modified": datetime.fromisoformat(content["modified"]),
            "image": Image(**content["image"]) if content["image"] else None,
            "images": tuple(Image(**image) for image in content.get("images", ())),
            "enclosures": tuple(Enclosure(**enclosure) for enclosure in content.get("enclosures", ())),
            "see_also": tuple(Link(**link) for link in content["see_also"]),
            "related": tuple(Link(**link) for link in content["related"]),
        }
    )


def digest(content: dict[str, Any]) -> str:
    """Give a hash of what a reader can see of an article; it differs exactly when that changed."""
    seen = {name: value for name, value in content.items() if name not in _PASSING and (value or name != "enclosures")}
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_read_alike(content: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Tell whether the same was read out of two bodies."""
    return all((content.get(name) or None) == (earlier.get(name) or None) for name in _READ_OUT)


def variant_from_json(content: dict[str, Any]) -> Variant:
    """Give back a variant kept as `dataclasses.asdict` gave it."""
    return Variant(**content)


def audiences_from_json(content: dict[str, Any]) -> dict[str, Variant]:
    """Give back the variants of audiences, by their tag."""
    return {tag: variant_from_json(other) for tag, other in content.items()}


def edits_to_json(edits: Edits) -> dict[str, Any]:
    """Give an editor's changes as JSON: only those there are."""
    given = asdict(replace(edits, file=None))
    for name in ("sections", "excerpts"):
        given[name] = {str(article): text for article, text in given[name].items()}
    nothing = Edits()
    changed = {
        name: value
        for name, value in given.items()
        if value is not None and getattr(edits, name) != getattr(nothing, name)
    }
    if edits.file is not None:
        changed["file"] = edits_to_json(edits.file)
    kept: dict[str, Any] = storable_json(changed)
    return kept


def edits_from_json(content: dict[str, Any]) -> Edits:
    """Give back the changes that `edits_to_json` was given."""
    return Edits(
        **{
            **content,
            "sections": {int(article): section for article, section in content.get("sections", {}).items()},
            "order": {section: tuple(articles) for section, articles in content.get("order", {}).items()},
            "dropped": tuple(content.get("dropped", ())),
            "excerpts": {int(article): excerpt for article, excerpt in content.get("excerpts", {}).items()},
            "blocks": tuple(Block(**block) for block in content.get("blocks", ())),
            "file": edits_from_json(content["file"]) if "file" in content else None,
        }
    )


def amendment_to_json(amendment: Amendment) -> dict[str, Any]:
    """Give an amendment as JSON."""
    kept = asdict(replace(amendment, edits=Edits()))
    return {**kept, "edits": edits_to_json(amendment.edits), "composed": amendment.composed.isoformat()}


def amendment_from_json(content: dict[str, Any]) -> Amendment:
    """Give back the amendment that `amendment_to_json` was given."""
    return Amendment(
        title=content["title"],
        variant=variant_from_json(content["variant"]),
        audiences=audiences_from_json(content["audiences"]),
        edits=edits_from_json(content["edits"]),
        findings=findings_from_json(content["findings"]),
        composed=datetime.fromisoformat(content["composed"]),
        placed=tuple(Placed(**one) for one in content["placed"]),
    )


def findings_from_json(content: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """Give back findings kept as `dataclasses.asdict` gave them."""
    return tuple(Finding(**finding) for finding in content)
