"""Where a file is published, as its path says: its address, its language, the texts it is a translation of.

A folder is published as it stands: `news/port-audit.md` at `news/port-audit/`, and so is `news/port-audit/index.md`,
whose pictures lie beside it. `port-audit.es.md` is its Spanish text at `es/news/port-audit/`, where Spanish is not the
first of the publication's languages; a folder with the name of a language says the language of all in it. The date
before the name of a file, and the folder `_posts` around it, are no part of the address.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from publisher import front_matter as front
from publisher.collect import identity
from publisher.config import Publication, Source
from publisher.errors import UnreadableInput
from publisher.front_matter import Fields

_DATED = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})[-_](?P<slug>.+)")
_UNPUBLISHED_FOLDERS = ("_posts", "_drafts")
_PATTERN = re.compile(r"/:\w|\{\{|\{%")


@dataclass(frozen=True, slots=True)
class Place:
    """A file's place: `url` is its address, not yet its identity; `group` is that of the translations of one text.

    `language` and `date` are empty where the file's name says none.
    """

    url: str
    language: str
    group: str
    date: str


def base(source: Source, publication: Publication) -> str:
    """Give the address under which the folder is published, with a slash at its end."""
    address = urlsplit(source.url or publication.url)
    return address._replace(path=f"{address.path.rstrip('/')}/", query="", fragment="").geturl()


def folder_url(base_url: str, name: str) -> str:
    """Give the address of the folder in which a file lies."""
    return base_url + quote(name[: name.rfind("/") + 1])


def of(name: str, fields: Fields, source: Source, publication: Publication) -> Place:
    """Give the place of a file by its name and its fields.

    Raises:
        UnreadableInput: when the address that its front matter names is none, with the reason alone.
    """
    languages = {tag.lower(): tag for tag in (*filter(None, [source.language]), *publication.languages)}
    *folders, last = unicodedata.normalize("NFC", name).split("/")
    stem = last.rpartition(".")[0]
    spoken = languages.get(stem.rpartition(".")[2].lower(), "") if "." in stem else ""
    stem = stem.rpartition(".")[0] if spoken else stem
    path = [part for part in folders if part not in _UNPUBLISHED_FOLDERS] + ([] if stem == "index" else [stem])
    dated = _DATED.fullmatch(path[-1]) if path else None
    if dated:
        path[-1] = dated["slug"]
    shared = [part for part in path if part.lower() not in languages]
    of_folder = next((languages[part.lower()] for part in path[:-1] if part.lower() in languages), "")
    key = front.text(fields, "translationkey")
    prefix = [spoken.lower()] if spoken and spoken != publication.languages[0] and not of_folder else []
    return Place(
        url=_address(prefix + path, fields, base(source, publication)),
        language=spoken or of_folder,
        group=f"={key}" if key else "/".join(shared),
        date=dated["date"] if dated else "",
    )


def _address(path: list[str], fields: Fields, base_url: str) -> str:
    said = front.text(fields, "canonicalurl", "canonical", "url", "permalink", "path")
    link = front.text(fields, "link")
    if link and identity.absolute(base_url, link).startswith(base_url):
        said = said or link  # where it leads elsewhere, the article is about what is there
    if said:
        return _said_address(said, base_url)
    slug = front.text(fields, "slug")
    if slug.startswith("/"):
        path = slug.strip("/").split("/")
    elif slug and path:
        path = [*path[:-1], *slug.strip("/").split("/")]
    return base_url + "".join(f"{quote('-'.join(part.split()))}/" for part in path if part)


def _said_address(said: str, base_url: str) -> str:
    if _PATTERN.search(said):
        raise UnreadableInput(f'its address "{said[:200]}" is a pattern; write the address itself as `url`')
    found = identity.absolute(base_url, said)
    if not found:
        raise UnreadableInput(f'its address "{said[:200]}" is no web address; mend it, or leave it out')
    identity.canonical_url(found)
    return found
