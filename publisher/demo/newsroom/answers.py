"""What the sample newsroom's server says to one request, before anything is written to a socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def of_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Give a value as WordPress writes JSON: with escaped slashes and signs."""
    text = json.dumps(value, separators=(",", ":")).replace("/", "\\/")
    rest = {"X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff", "Allow": "GET", **(headers or {})}
    return Answer(text.encode("ascii"), "application/json; charset=UTF-8", status, rest)


def error(code: str, message: str, status: int, **details: Any) -> Answer:
    """Give an error of the REST API."""
    return of_json({"code": code, "message": message, "data": {"status": status, **details}}, status)
