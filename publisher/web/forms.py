"""What a form of ours brings: few and short texts. Whatever is posted to us is read with a cap on size and time."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

BODY_BYTES = 10_000
BODY_SECONDS = 5
FIELDS = 100


async def read(request: Request) -> Mapping[str, str]:
    """Read a form that a browser sent; empty when it is too large, too slow or none."""
    try:
        given = (await body(request, BODY_BYTES) or b"").decode("ascii")
        return dict(parse_qsl(given, keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        return {}


async def body(request: Request, most_bytes: int) -> bytes | None:
    """Read a body whole; None when it is too large or too slow."""
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                read += chunk
                if len(read) > most_bytes:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(read)


def text(form: Mapping[str, str], name: str, longest: int) -> str:
    """Give a field's text on one line; empty where there is none."""
    return " ".join(form.get(name, "").split())[:longest]
