"""Links from one file of a folder to another lead to where that one is published."""

import html as entities
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

_LINK = re.compile(r"<a\b([^<>]*+)>", re.IGNORECASE)
_ADDRESS = re.compile(r"""(?<=\shref=)(["'])([^"']++)\1""", re.IGNORECASE)
_ENDINGS = (".md", ".markdown")


class Links:
    """The files of a folder as links find them: by the path from the linking file or from the top, or by name alone."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._names: dict[str, str] = {}
        for name, url in urls.items():
            alone = posixpath.basename(name)
            self._names[alone] = "" if alone in self._names else url

    def placed(self, html: str, name: str) -> str:
        """Give the HTML of the file `name` with its links to other files led where they are published."""

        def _link(tag: re.Match[str]) -> str:
            given = _ADDRESS.search(tag[1])
            url = self._find(entities.unescape(given[2]), posixpath.dirname(name)) if given else ""
            if not given or not url:
                return tag[0]
            return f'<a{tag[1][: given.start()]}"{entities.escape(url)}"{tag[1][given.end() :]}>'

        return _LINK.sub(_link, html)

    def _find(self, written: str, folder: str) -> str:
        try:
            parts = urlsplit(written.strip())
        except ValueError:
            return ""
        path = unquote(parts.path)
        if parts.scheme or parts.netloc or not path.lower().endswith(_ENDINGS):
            return ""
        rooted = path.removeprefix("@").lstrip("/")
        names = (posixpath.normpath(posixpath.join(folder, path)), posixpath.normpath(rooted))
        url = next((self._urls[name] for name in names if name in self._urls), "")
        url = url or self._names.get(posixpath.basename(path), "")
        return f"{url}#{parts.fragment}" if url and parts.fragment else url
