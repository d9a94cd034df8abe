"""One Chromium for all the pages of a run, told what to do over a pair of pipes by its DevTools protocol.

A start takes a second and a page some milliseconds, so the browser is started once. It knows the fonts of
`fonts.conf` alone and no network: a page looks the same wherever these fonts are.
"""

import atexit
import base64
import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from publisher.demo.pictures import FLAGS

_FONTS = Path(__file__).parent / "fonts.conf"
_FEATURES = ("--remote-debugging-pipe", "--no-startup-window", "--host-resolver-rules=MAP * ~NOTFOUND")
_LOOKS = ("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb")


@cache
def browser() -> "Browser":
    """Give the browser of this process."""
    started = Browser()
    atexit.register(started.close)
    return started


class Browser:
    """A running Chromium with one tab."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        # Above the two numbers that the browser wants, so that giving it the one does not take the other.
        reads, self._write = (_moved(end) for end in os.pipe())
        self._read, writes = (_moved(end) for end in os.pipe())
        self._process = os.posix_spawnp(
            "chromium",
            ["chromium", *FLAGS, *_FEATURES, *_LOOKS, f"--user-data-dir={self._folder}"],
            {**os.environ, "FONTCONFIG_FILE": str(_FONTS)},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, reads, 3),
                (os.POSIX_SPAWN_DUP2, writes, 4),
            ],
            setpgroup=0,
        )
        os.close(reads)
        os.close(writes)
        self._unread, self._number, self._session = b"", 0, ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    def open(self, page: Path, *, width: int, height: int = 800, dark: bool = False) -> None:
        """Show a local file as a screen of that width does, and wait until all of it is there."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._call("Emulation.setEmulatedMedia", features=scheme)
        self._sized(width, height)
        self._call("Page.navigate", until="Page.loadEventFired", url=page.as_uri())

    def evaluate(self, script: str) -> Any:
        """Run a script in the page and give its result, also when it is promised for later."""
        told = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(f"the page's script failed: {told['exceptionDetails']}")
        return told["result"].get("value")

    def screenshot(self, width: int, height: int) -> bytes:
        """Give a PNG of the page's first pixels."""
        self._sized(width, height)
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def _sized(self, width: int, height: int) -> None:
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def close(self) -> None:
        """End the browser and forget what it kept."""
        os.close(self._write)
        os.close(self._read)
        os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _call(self, method: str, until: str = "", **params: Any) -> dict[str, Any]:
        """Ask for something and give the answer; with `until`, wait for that event too."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        _write(self._write, json.dumps(asked).encode() + b"\0")
        answer: dict[str, Any] | None = None
        while answer is None or until:
            told = self._next()
            until = "" if told.get("method") == until else until
            answer = _result(told, method) if told.get("id") == self._number else answer
        return answer

    def _next(self) -> Mapping[str, Any]:
        while b"\0" not in self._unread:
            more = os.read(self._read, 1 << 20)
            if not more:
                raise RuntimeError("Chromium ended")
            self._unread += more
        told, _, self._unread = self._unread.partition(b"\0")
        message: Mapping[str, Any] = json.loads(told)
        return message


def _result(told: Mapping[str, Any], method: str) -> dict[str, Any]:
    if "error" in told:
        raise RuntimeError(f"Chromium refused {method}: {told['error']['message']}")
    result: dict[str, Any] = told["result"]
    return result


def _write(end: int, octets: bytes) -> None:
    while octets:
        octets = octets[os.write(end, octets) :]


def _moved(end: int) -> int:
    higher = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(end)
    return higher
