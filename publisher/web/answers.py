"""From content to an HTTP answer: coding, entity tag, 304, caching. The same for feeds and web copies."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.web import conditional, negotiation
from publisher.web.shelf import Shelf

CACHE_CONTROL = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Content:
    """Something that can be sent: where it stands on the shelf, how it is read, and what is said of it."""

    key: str
    stamp: Hashable
    read: Callable[[], bytes]
    media_type: str
    modified: datetime | None = None
    links: str = ""


async def answer(request: Request, shelf: Shelf, content: Content) -> Response:
    """Answer a GET or HEAD: 200 with the content in the coding the reader likes best, or 304."""
    coding = negotiation.choose(_field(request, "accept-encoding"))
    encoded = shelf.find(content.key, content.stamp, coding)
    if encoded is None:
        encoded = await run_in_threadpool(shelf.get, content.key, content.stamp, coding, content.read)
    headers = {"ETag": encoded.etag, "Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
    if content.modified:
        headers["Last-Modified"] = format_datetime(content.modified, usegmt=True)
    if content.links:
        headers["Link"] = content.links
    if conditional.is_unchanged(
        _field(request, "if-none-match"),
        _field(request, "if-modified-since"),
        etag=encoded.etag,
        modified=content.modified,
    ):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = content.media_type
    if encoded.coding is not negotiation.Coding.IDENTITY:
        headers["Content-Encoding"] = encoded.coding
    return Response(encoded.body, headers=headers)


def _field(request: Request, name: str) -> str | None:
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None
