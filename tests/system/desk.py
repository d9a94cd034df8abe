"""The publisher as its operator has it: a config, a database, a site on loopback, and real processes of what stays."""

import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.system.typed import typed

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
"""Friday 20 November 2026, 09:00 in Bogota: when the sample newsletter is due."""


@dataclass
class Process:
    """A running `publisher` command whose log is read line by line."""

    popen: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def await_line(self, words: str) -> str:
        """Read its log until a line has `words`; the test's time limit ends a wait in vain."""
        assert self.popen.stderr is not None
        for line in self.popen.stderr:
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended without {words!r}:\n{''.join(self.lines)}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal and give its exit code."""
        self.popen.send_signal(number)
        _, rest = self.popen.communicate()
        self.lines.append(rest)
        return self.popen.returncode


@dataclass
class Desk:
    """Ana's publisher: its folder, its public address, and the commands she types."""

    folder: Path
    base_url: str
    processes: list[Process] = field(default_factory=list)

    def configure(self, found: str, wanted: str) -> None:
        """Change the config by replacing words of it."""
        path = self.folder / "config.toml"
        text = path.read_text(encoding="utf-8")
        assert found in text
        path.write_text(text.replace(found, wanted), encoding="utf-8")

    def does(self, *arguments: str, at: str | None = None, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command to its end and give what it printed on stdout; it must end with one of the codes."""
        code, said, told = typed(self.folder / "config.toml", *arguments, at=at)
        assert code in codes, told
        return said

    def starts(self, *arguments: str, at: str | None = None) -> Process:
        """Start a command that stays; `at` is the local time in Bogota that it believes it is."""
        popen = subprocess.Popen(self._command(arguments, at), stderr=subprocess.PIPE, text=True, cwd=ROOT)
        self.processes.append(Process(popen))
        return self.processes[-1]

    def mails(self) -> list[Path]:
        """Give the mails to subscribers in the outbox."""
        return [file for file in sorted((self.folder / "outbox").rglob("*.eml")) if file.parent.name != "notices"]

    def _command(self, arguments: tuple[str, ...], at: str | None) -> list[str]:
        program = [str(HERE / "at.py"), at] if at else ["main.py"]
        return [sys.executable, *program, "--config", str(self.folder / "config.toml"), *arguments]
