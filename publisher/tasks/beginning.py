"""Begins a newsroom's config: looks at its site and writes down what it found, for a person to check."""

import os
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from publisher.collect import identity, survey
from publisher.collect.survey import Survey
from publisher.config import load
from publisher.config.settings import Fetch
from publisher.errors import ConfigError, FarEndError, UnreadableInput, UsageError
from publisher.fetch import Door, PrivateAddress
from publisher.tasks import drafting
from publisher.tasks.drafting import Mark

FETCH = Fetch(tries=2, pause_seconds=0.1)
"""How a site is asked while a person waits for it: a dozen questions."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The config that was written, the survey it was made of, and what in it is to be checked."""

    path: Path
    survey: Survey
    marks: tuple[Mark, ...]


def begin(url: str, path: Path, now: datetime, *, allow_private: bool = False) -> Begun:
    """Look at the site at `url` and write a config for it to `path`; with `allow_private` its address may be private.

    Raises:
        UsageError: when `url` is no web address, or `path` is there already.
        FarEndError: when the site does not answer, or its address is private and that is not allowed.
    """
    address = _address(url)
    _check_free(path)
    hosts = (str(urlsplit(address).hostname),) if allow_private else ()
    # Nobody's address is known yet that a site could write to.
    with Door(FETCH.model_copy(update={"allow_hosts": hosts}), contact="") as door:
        try:
            found = survey.look(door, address, now, (drafting.NEWSLETTER,))
        except PrivateAddress as error:
            remedy = "give that address itself" if allow_private else "if that host is yours, add --allow-private"
            raise FarEndError(
                f"{error.url} leads to {error.address}, which is no public address, and was not asked; {remedy}",
                permanent=True,
            ) from error
    draft = drafting.draft(found, address, hosts)
    _write(path, draft.text, address)
    return Begun(path, found, draft.marks)


def _address(url: str) -> str:
    written = url.strip()
    if re.match(r"[\w.-]+(?::\d+)?(?:[/?]|$)", written):
        written = f"https://{written}"
    address = identity.absolute(written, written)
    if not address or re.search(r"\s", address):
        raise UsageError(f'"{url}" is no web address; write the address of the site, as https://estuary.example.org/')
    return address if urlsplit(address).path else urljoin(address, "/")


def _check_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise _taken(path)
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder; make it, or name another file with --to")


def _taken(path: Path) -> UsageError:
    return UsageError(f"{path} is there already and is left as it is; name another file with --to")


def _write(path: Path, text: str, address: str) -> None:
    """Write a config that loads, whole, and never over another file."""
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        try:
            load(unfinished, {})
        except ConfigError as error:
            said = str(error).replace(f"{unfinished}:", "line ").partition("\n")[0]
            raise UnreadableInput(f"{address} says what no config can hold ({said}); please report it") from error
        _put(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _put(unfinished: Path, path: Path) -> None:
    try:
        os.link(unfinished, path)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError:  # a file system without hard links
        _check_free(path)
        unfinished.rename(path)
