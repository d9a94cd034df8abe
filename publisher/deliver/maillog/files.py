"""The lines of a log, plain or packed with gzip, or from stdin: one at a time, however large the file is."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, cast

from publisher.errors import UsageError

STDIN = Path("-")
LONGEST_LINE = 1 << 20
_GZIP = b"\x1f\x8b"
_PACKED = {b"\x28\xb5\x2f\xfd": "zstdcat", b"\xfd7zXZ": "xzcat", b"BZh": "bzcat"}
_LONGEST_MAGIC = 5


def lines(file: Path) -> Iterator[str]:
    """Give each line of a file without its end; one that is longer than `LONGEST_LINE` is empty.

    Raises:
        UsageError: when it cannot be read.
    """
    try:
        with _opened(file) as opened:
            while octets := opened.readline(LONGEST_LINE):
                if len(octets) == LONGEST_LINE and not octets.endswith(b"\n"):
                    while octets and not octets.endswith(b"\n"):
                        octets = opened.readline(LONGEST_LINE)
                    octets = b""
                yield octets.rstrip(b"\r\n").decode("utf-8", "replace")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{file} is packed with gzip, and damaged or cut off; give it whole") from error
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read ({error.strerror or error}); look at its name and its rights"
        ) from error


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    with nullcontext(sys.stdin.buffer) if file == STDIN else file.open("rb") as octets:
        begins = octets.peek(_LONGEST_MAGIC) if isinstance(octets, io.BufferedReader) else b""
        if tool := next((tool for magic, tool in _PACKED.items() if begins.startswith(magic)), ""):
            raise UsageError(f"{file} is packed in a way that is not read here; give it by `{tool} FILE | … -`")
        if begins.startswith(_GZIP):
            with gzip.open(octets) as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            yield octets
