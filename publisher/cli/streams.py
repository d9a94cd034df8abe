"""What a process is given to speak by: streams that may be closed, full or of another encoding; and SIGTERM."""

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType


def prepare() -> None:
    """Let any text be printed: in UTF-8 whatever the terminal says it is, into nothing where a stream is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nothing = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
            setattr(sys, name, nothing)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


@contextmanager
def written_out() -> Iterator[None]:
    """Write out what was printed while an error can still be told: at the end of the process it is too late.

    Raises:
        OSError: when stdout cannot be written.
    """
    try:
        yield
    finally:
        sys.stdout.flush()


def discard_output() -> None:
    """Let what is still to be written to stdout go nowhere, unless it is another stream already."""
    with suppress(OSError, ValueError):
        stdout = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout)
        os.close(nowhere)


def tell(sentences: str) -> None:
    """Print each line for a person; a stderr that cannot be written hides no exit code."""
    with suppress(OSError):
        for line in sentences.splitlines():
            print(f"publisher: {line}", file=sys.stderr)


@contextmanager
def ended_by_sigterm(code: int) -> Iterator[None]:
    """Let SIGTERM end the process as Ctrl-C does, through what must be put right; only the main thread can ask."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def _end(_number: int, _frame: FrameType | None) -> None:
        sys.exit(code)

    earlier = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
