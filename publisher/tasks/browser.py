"""A Chromium that shows local files and takes their pictures, told what to do by its DevTools protocol over two pipes.

It has a profile of its own that is forgotten, reaches no network, runs no script of a page and ends in time.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from publisher.errors import FarEndError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-startup-window",
    "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_ON_ITS_PIPES = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'
"""It reads its third descriptor and writes its fourth; a shell puts them there."""

_TALLEST = 30_000
"""Pixels: of more it takes no picture."""


def program() -> str | None:
    """Give the browser of this machine, if there is one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """A running browser with one tab."""

    def __init__(self, program: str, seconds: float) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True)
        # As root it starts in no other way; whoever else runs it keeps the sandbox around the pictures' decoders.
        alone = ("--no-sandbox",) if os.geteuid() == 0 else ()
        self._process = subprocess.Popen(  # noqa: S603 - the browser found above, with our own arguments
            ["/bin/sh", "-c", _ON_ITS_PIPES, "sh", program, *_FLAGS, *alone, f"--user-data-dir={self._folder.name}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._unread, self._number, self._session = b"", 0, ""
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        try:
            target = self._call("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            self._call("Page.enable")
            self._call("Emulation.setScriptExecutionDisabled", value=True)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def picture(self, page: Path, *, width: int, dark: bool = False) -> bytes:
        """Give a PNG of the whole of a local page on a screen of that width.

        Raises:
            FarEndError: when the browser ended or refused.
        """
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._call("Emulation.setEmulatedMedia", features=scheme)
        self._sized(width, 800)
        self._call("Page.navigate", until="Page.loadEventFired", url=page.as_uri())
        height = self._call("Page.getLayoutMetrics")["cssContentSize"]["height"]
        self._sized(width, min(round(height), _TALLEST))
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def _sized(self, width: int, height: int) -> None:
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def _call(self, method: str, until: str = "", **params: Any) -> Any:
        """Ask for something and give the answer; with `until`, wait for that event too."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        self._write(json.dumps(asked).encode() + b"\0")
        answer: Mapping[str, Any] | None = None
        while answer is None or until:
            told = self._next()
            until = "" if told.get("method") == until else until
            answer = told if told.get("id") == self._number else answer
            if answer and "error" in answer:
                raise FarEndError(f"the browser refused {method} ({answer['error'].get('message')})")
        return answer["result"]

    def _write(self, octets: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            while octets:
                octets = octets[self._process.stdin.write(octets) or 0 :]
        except OSError as error:
            raise _ended() from error

    def _next(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        while b"\0" not in self._unread:
            more = self._process.stdout.read(1 << 20)
            if not more:
                raise _ended()
            self._unread += more
        told, _, self._unread = self._unread.partition(b"\0")
        try:
            message: Mapping[str, Any] = json.loads(told)
        except ValueError as error:
            raise FarEndError("the browser speaks another protocol") from error
        return message

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _close(self) -> None:
        self._timer.cancel()
        self._kill()
        # Closes its pipes too.
        with self._process:
            self._process.wait()
        self._folder.cleanup()


def _ended() -> FarEndError:
    return FarEndError("the browser ended, or took too long")
