"""What a form of ours brings: few and short texts, read with a cap on size and time."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

BODY_BYTES = 10_000
BODY_SECONDS = 5
FIELDS = 100


async def read(request: Request) -> Mapping[str, str]:
    """Read a form that a browser sent; empty when it is too large, too slow or none."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_BYTES:
                    return {}
    except (TimeoutError, ClientDisconnect):
        return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS))
    except ValueError:
        return {}


def text(form: Mapping[str, str], name: str, longest: int) -> str:
    """Give a field's text on one line; empty where there is none."""
    return " ".join(form.get(name, "").split())[:longest]
