"""Ana at her terminal: she types a command and reads what it says."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from publisher.cli import main
from publisher.demo import newsroom
from publisher.demo.settings import demo_config, shipped_config
from tests.deliver.far_end import FarEnd
from tests.system.desk import FRIDAY
from tests.system.typed import typed


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Terminal:
    """A terminal in a folder with a config."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def types(self, *arguments: str) -> Said:
        """Run a command; a real one has a name and a config."""
        self.monkeypatch.setattr(sys, "argv", ["publisher", "--config", str(self.folder / "config.toml"), *arguments])
        self.capture.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        printed = self.capture.readouterr()
        return Said(code, printed.out, printed.err)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    text = demo_config(shipped_config(), "http://127.0.0.1:1", "http://127.0.0.1:8080", 8080)
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    yield Terminal(tmp_path, monkeypatch, capsys)
    # A command logs to the stderr of its test, which ends here.
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def site() -> Iterator[newsroom.Site]:
    with newsroom.serve(now=FRIDAY) as running:
        yield running


@pytest.fixture
def reporting(terminal: Terminal, site: newsroom.Site) -> Terminal:
    """A terminal whose sources answer."""
    text = demo_config(shipped_config(), site.url, "http://127.0.0.1:8080", 8080)
    (terminal.folder / "config.toml").write_text(text, encoding="utf-8")
    return terminal


@pytest.fixture(scope="session")
def collected_file(site: newsroom.Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a newsroom that has collected its sources."""
    folder = tmp_path_factory.mktemp("collected")
    (folder / "config.toml").write_text(demo_config(shipped_config(), site.url), encoding="utf-8")
    code, _, said = typed(folder / "config.toml", "collect")
    assert code == 0, said
    return folder / "publisher.db"


@pytest.fixture
def collected(reporting: Terminal, collected_file: Path) -> Terminal:
    """A terminal whose sources answer, and were collected."""
    shutil.copy(collected_file, reporting.folder)
    return reporting


def mails_by(server: FarEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal's config name a mail server, over one connection, so that mails go one after the other."""
    smtp = {"HOST": "127.0.0.1", "PORT": str(server.port), "SECURITY": "none", "CONNECTIONS": "1"}
    for name, value in smtp.items():
        monkeypatch.setenv(f"PUBLISHER_DELIVERY__SMTP__{name}", value)
    monkeypatch.setenv("PUBLISHER_DELIVERY__TRANSPORT", "smtp")
    monkeypatch.setenv("PUBLISHER_WEB__BASE_URL", "https://news.example.org")
