"""The pictures of a file: where those of the folder are published, their sizes, what the front matter says of one."""

import html as entities
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from publisher import front_matter as front
from publisher import markup
from publisher.collect import identity, licenses
from publisher.collect.markdown import pixels
from publisher.front_matter import Fields
from publisher.model import Image

_IMAGE = re.compile(r"<img\b([^<>]*+)>", re.IGNORECASE)
_SOURCE = re.compile(r"""(?<=\ssrc=)(["'])([^"']++)\1""", re.IGNORECASE)
_SIZED = re.compile(r"\s(?:width|height)\s*=", re.IGNORECASE)
_FIELDS = ("image", "images", "cover", "coverimage", "featuredimage", "featureimage", "hero", "heroimage", "thumbnail")
_ADDRESSES = ("src", "url", "image", "path", "file", "href")


@dataclass(slots=True)
class Beside:
    """The pictures beside one file. `root` is the folder of the source, `folder` the file's own.

    `base_url` and `folder_url` are where they are published. `missing` gathers what is named and not there.
    """

    root: Path
    folder: Path
    base_url: str
    folder_url: str
    missing: list[str] = field(default_factory=list)

    def placed(self, html: str) -> str:
        """Give HTML in which the pictures of the folder have their addresses and sizes."""

        def _image(tag: re.Match[str]) -> str:
            given = _SOURCE.search(tag[1])
            if not given:
                return tag[0]
            url, path = self.find(entities.unescape(given[2]))
            size = pixels.size(path) if path and not _SIZED.search(tag[1]) else None
            sized = f' width="{size[0]}" height="{size[1]}"' if size else ""
            return f'<img{sized}{tag[1][: given.start()]}"{entities.escape(url)}"{tag[1][given.end() :]}>'

        return _IMAGE.sub(_image, html)

    def find(self, written: str) -> tuple[str, Path | None]:
        """Give the address of a picture, and its file where it lies in the folder: beside the text, or from its top."""
        written = written.strip()
        try:
            parts = urlsplit(written)
        except ValueError:
            return written, None
        if parts.scheme or parts.netloc or not parts.path:
            return written, None
        path = unquote(parts.path)
        for folder in (self.root,) if path.startswith("/") else (self.folder, self.root):
            if file := self._file(folder / path.lstrip("/")):
                return self.base_url + quote(file.relative_to(self.root).as_posix()), file
        if path.startswith("/"):
            return urljoin(self.base_url, written), None
        self.missing.append(written)
        return urljoin(self.folder_url, written), None

    def _file(self, path: Path) -> Path | None:
        try:
            found = path.resolve()
            return found if found.is_relative_to(self.root) and found.is_file() else None
        except (OSError, ValueError, RuntimeError):
            return None

    def of_front_matter(self, fields: Fields) -> Image | None:
        """Give the picture that stands for the article."""
        of_header = {f"header{name}": value for name, value in front.table(fields, "header").items()}
        given = front.several({**of_header, **fields}, *_FIELDS, "headerimage", "headerteaser")
        if not given:
            return None
        said = given[0] if isinstance(given[0], dict) else {}
        address = front.text(said, *_ADDRESSES) if said else front.text({"": given[0]}, "")
        url, path = self.find(address)
        url = identity.absolute(self.folder_url, url) if url else ""
        if not url:
            return None
        size = pixels.size(path) if path else None
        return Image(
            url=url,
            alt=_words(said, fields, "alt", "alt_text", "alttext"),
            caption=_words(said, fields, "caption", "description"),
            credit=_words(said, fields, "credit", "credits", "attribution"),
            license_url=licenses.first(_texts(said, fields, "license_url", "license")),
            width=size[0] if size else None,
            height=size[1] if size else None,
        )


def _texts(said: Fields, fields: Fields, *names: str) -> list[str]:
    """Give what is said of the picture: inside its own field, else beside it, as `image_alt`."""
    of_image = ("image", "cover", "featuredimage", "photo")
    beside = [f"{field_}{name.replace('_', '')}" for name in names for field_ in of_image]
    return [front.text(said, *names), front.text(fields, *beside)]


def _words(said: Fields, fields: Fields, *names: str) -> str:
    return markup.line(next(filter(None, _texts(said, fields, *names)), ""))
