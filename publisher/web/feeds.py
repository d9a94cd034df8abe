"""The files `syndicate` wrote, to readers and machines.

Only what lies beneath the folder is served, under names we would write ourselves: no dot-files, no way up,
no link out, no kind of file that is not on the list.
"""

import os
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher import addresses
from publisher.config import Settings
from publisher.web.answers import Content, answer
from publisher.web.shelf import Shelf

FEED_TYPES = {
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json",
}
MEDIA_TYPES = FEED_TYPES | {".opml": "text/x-opml", ".html": "text/html; charset=utf-8"}

_ANYBODY = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Last-Modified, Link"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


class Feeds:
    """The route `/feeds/{path}`; a folder gives its `index.html`."""

    def __init__(self, settings: Settings, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._folder = settings.path(settings.feeds.directory)
        self._public = addresses.of_feeds(settings)
        self._hubs = settings.feeds.hubs
        self._shelf = shelf
        self._clock = clock

    async def get(self, request: Request) -> Response:
        """Answer with the file at the path, or 404; a browser that asks first may come from anywhere."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_ANYBODY | _PREFLIGHT)
        content = self._content(request.path_params["path"])
        if content is None:
            raise HTTPException(404)
        response = await answer(request, self._shelf, content)
        response.headers.update(_ANYBODY)
        return response

    def _content(self, path: str) -> Content | None:
        path = f"{path}index.html" if path.endswith("/") or not path else path
        media_type = MEDIA_TYPES.get(PurePosixPath(path).suffix)
        file = locate(self._folder, path) if media_type else None
        if file is None or media_type is None:
            return None
        try:
            status = file.stat()
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return Content(
            key=path,
            # Written atomically, a new version is a new inode: two within one tick of the clock still differ.
            stamp=(status.st_mtime_ns, status.st_size, status.st_ino),
            read=file.read_bytes,
            media_type=media_type,
            # Never later than the answer's own Date (RFC 9110 §8.8.2.1).
            modified=min(datetime.fromtimestamp(status.st_mtime, UTC), self._clock()),
            links=self._links(path) if media_type in FEED_TYPES.values() else "",
        )

    def _links(self, path: str) -> str:
        targets = [(hub, "hub") for hub in self._hubs] + [(self._public + path, "self")]
        return ", ".join(f'<{quote(url, safe=_URL_MARKS)}>; rel="{relation}"' for url, relation in targets)


_URL_MARKS = ":/?#[]@!$&'()*+,;=%~"


def locate(folder: Path, path: str) -> Path | None:
    """Give the real place of `path` beneath `folder`, or None where a name or a link leads elsewhere."""
    if not all(_NAME.fullmatch(name) for name in path.split("/")):
        return None
    file, root = Path(os.path.realpath(folder / path)), Path(os.path.realpath(folder))
    return file if file.is_relative_to(root) else None
