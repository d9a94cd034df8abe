"""A command as it is typed, in the process of its test, which imports nothing anew; what stays or dies is a process."""

import io
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import structlog

from publisher.cli import context, main


def typed(config: Path, *arguments: str, at: str | None = None, **environment: str) -> tuple[int, str, str]:
    """Run a command to its end; give its exit code, and what it said on stdout and stderr.

    `at` is the local time in Bogota that it believes it is.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["publisher", "--config", str(config), *arguments]),
        patch.object(context, "now", _clock_from(at) if at else context.now),
        patch.dict(os.environ, environment),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        finally:
            # A command logs to the stderr that it found.
            structlog.reset_defaults()
    return code, out.getvalue(), err.getvalue()


def _clock_from(at: str) -> Callable[[], datetime]:
    began = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("America/Bogota")).astimezone(UTC)
    started = datetime.now(UTC)
    return lambda: began + (datetime.now(UTC) - started)
