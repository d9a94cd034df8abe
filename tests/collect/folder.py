"""The Estuary Desk as a folder of Markdown files."""

import os
import shutil
import struct
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from publisher.collect import Memory
from publisher.config import Publication, Source
from publisher.config.settings import Fetch
from publisher.fetch import Door
from tests.collect.newsroom import LINK, MONDAY, NOW, PUBLICATION, Collected, run

DESK = Source(name="folder", kind="markdown", url=f"{LINK}desk/", path=Path("texts"))
BILINGUAL = PUBLICATION.model_copy(update={"languages": ("en", "es")})


@dataclass
class Folder:
    """A folder of files; each is written one nanosecond tick after the other, as clocks are too coarse for tests."""

    path: Path
    publication: Publication = PUBLICATION
    ticks: list[str] = field(default_factory=list)

    @property
    def source(self) -> Source:
        return DESK.model_copy(update={"path": self.path})

    def writes(self, name: str, content: str | bytes) -> Path:
        """Write a file as it stands."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.touches(name)
        return path

    def has(self, name: str, body: str = "The port is open.", **fields: Any) -> Path:
        """Write a file with front matter."""
        front = yaml.safe_dump({"title": "Port audit", "date": "2026-11-09T10:00:00Z", **fields}, sort_keys=False)
        return self.writes(name, f"---\n{front}---\n\n{body}\n")

    def touches(self, name: str) -> None:
        self.ticks.append(name)
        os.utime(self.path / name, ns=(0, 1_000_000_000 + len(self.ticks)))

    def removes(self, name: str) -> None:
        path = self.path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def publish(
        self, slug: str, *, published: datetime = MONDAY, title: str | None = None, body: str = "Open."
    ) -> None:
        self.has(f"{slug}.md", body, title=slug if title is None else title, date=published.isoformat())

    def edit(self, slug: str, *, title: str, modified: datetime) -> None:
        self.has(f"{slug}.md", "Open.", title=title, lastmod=modified.isoformat())

    def publish_nonsense(self) -> None:
        self.writes("no-front-matter.md", "# Nothing but words\n")

    def collects(
        self, memory: Memory | None = None, *, now: datetime = NOW, stop_after: int | None = None, **said: Any
    ) -> Collected:
        """Collect, with `said` in the config of the source."""
        source = self.source.model_copy(update=said)
        with Door(Fetch(), self.publication.contact) as door:
            return run(source, door, memory, now=now, stop_after=stop_after, publication=self.publication)


def png(width: int, height: int) -> bytes:
    """Give the beginning of a picture."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
