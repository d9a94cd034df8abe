"""Reads what the REST API answers, or says in one sentence what came instead.

Whatever is not the JSON that was asked for (a login page, a warning of PHP before the JSON, an error object) ends in
an error that names the cause and the remedy.
"""

import json
from contextlib import suppress
from typing import Any

import orjson

from publisher import markup
from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Response

USE_FEED = 'use its feed instead (kind = "feed")'
POSTS = "posts"


def is_json(answer: Response) -> bool:
    """Whether the answer can be read at all."""
    try:
        read(answer)
    except PublisherError:
        return False
    return True


def read(answer: Response) -> Any:
    """Give the JSON of an answer.

    Raises:
        FarEndError: when it breaks off.
        UnreadableInput: when it is no JSON.
    """
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(answer.body)
    try:
        # Slower, and reads what is nearly JSON: a mark before it, half of a surrogate pair, NaN.
        return json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        said = f"{answer.url} answered" + (f" {answer.status}" if answer.status >= 400 else "")
        if _breaks_off(answer.body.strip()):
            raise FarEndError(f"{said} with JSON that breaks off in the middle; try again later") from error
        raise UnreadableInput(f"{said} {_what_it_is(answer.body)}") from error


def listed(answer: Response, kind: str = POSTS) -> list[Any]:
    """Give the list of `kind` that was asked for.

    Raises:
        FarEndError: when it was refused.
        UnreadableInput: when it is no list.
    """
    found = read(answer)
    if isinstance(found, list) and answer.status < 400:
        return found
    code, message = code_of(found), markup.line(str(found.get("message", "")))[:200] if isinstance(found, dict) else ""
    said = f"{answer.url} answered {answer.status}" + (f" {code}: {message}" if code else "")
    if answer.status in (401, 403):
        raise FarEndError(f"{said}; ask the site's team to open wp/v2/{kind}, or {USE_FEED}", permanent=True)
    if answer.status >= 400 or code:
        raise FarEndError(f"{said}; check the address, or {USE_FEED}", permanent=True)
    raise UnreadableInput(f"{answer.url} answered with one object instead of a list of posts; give the site's address")


def code_of(found: Any) -> str:
    """Give the code of an error object; empty where it is none."""
    return markup.line(str(found.get("code", "")))[:100] if isinstance(found, dict) else ""


def _breaks_off(body: bytes) -> bool:
    return body[:2] in (b"[{", b'{"') and body[-1:] != {b"[": b"]", b"{": b"}"}[body[:1]]


def _what_it_is(body: bytes) -> str:
    beginning = body[:2000].lstrip().lower()
    if not beginning:
        return "with nothing at all; ask the site's team to look at its error log"
    if (
        b"warning</b>" in beginning
        or b"notice</b>" in beginning
        or b"fatal error" in beginning
        or b"deprecated" in beginning
    ):
        return "with an error message of PHP before the JSON; ask the site's team to switch display_errors off"
    if b"wp-login" in body or b"password" in body[:20_000].lower():
        return f"with a login page instead of JSON; ask the site's team to open wp/v2/posts, or {USE_FEED}"
    if beginning.startswith((b"<!doctype", b"<html", b"<")):
        return f"with a web page instead of JSON; check the address, or {USE_FEED}"
    return f"with what is no JSON; check the address, or {USE_FEED}"
