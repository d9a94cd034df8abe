"""The token that a command prints (OAuth 2, RFC 6750): kept for all connections until the server refuses it."""

import asyncio
import re
import subprocess
from collections.abc import Sequence

from publisher.errors import FarEndError

_TOKEN = re.compile(r"[\x21-\x7e]+")


class Token:
    """The token, as fresh as was needed so far."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        """Ask the command later, for so many seconds at most."""
        self._command = command
        self._seconds = seconds
        self._known = ""
        self._asking = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """Give a token other than the one that was refused; the same when the command knows no other.

        Raises:
            FarEndError: when the command gives none.
        """
        async with self._asking:
            if self._known == refused:
                self._known = await asyncio.to_thread(self._asked)
            return self._known

    def _asked(self) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the command is the config's own.
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
            )
        except OSError as error:
            raise self._failed(f"cannot be run ({error.strerror})", permanent=True) from error
        except subprocess.TimeoutExpired:
            # What it printed so far is in that error, and belongs into no account.
            raise self._failed(f"did not end within {self._seconds:g} seconds") from None
        if done.returncode:
            raise self._failed(f"ended with {done.returncode}")
        printed = done.stdout.decode("ascii", "replace").strip()
        if not _TOKEN.fullmatch(printed):
            raise self._failed("printed no token, or more than one")
        return printed

    def _failed(self, how: str, *, permanent: bool = False) -> FarEndError:
        return FarEndError(
            f"delivery.smtp.token_command: {self._command[0]} {how}; nobody was skipped; run it by hand as the user "
            "that sends, and let it print the token alone",
            permanent=permanent,
        )
