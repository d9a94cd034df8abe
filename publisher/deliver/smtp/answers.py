"""Reads a mail server's answers out of the octets it sends, in whatever pieces they come (RFC 5321 §4.2).

Nothing of the network is in here: octets in, answers out. What is no answer is an error at once, and so is one that
does not end, or more of them than were ever asked for.
"""

import re
from collections import deque
from typing import NamedTuple

LONGEST_LINE = 4_096
LONGEST_ANSWER = 65_536
MOST_ANSWERS = 100
"""Many more than a session asks for before it reads any."""

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])([^\r]*))?\r?\Z")


class NoAnswer(ValueError):
    """What a server sent is no answer; the text says what is wrong with it."""


class Answer(NamedTuple):
    """One answer: its code, and its lines without the code, joined by line ends."""

    code: int
    text: bytes


class Answers:
    """The answers that came and were not taken yet."""

    def __init__(self) -> None:
        self._whole: deque[Answer] = deque()
        self._lines: list[bytes] = []
        self._size = 0
        self._rest = b""

    def __len__(self) -> int:
        return len(self._whole)

    @property
    def is_empty(self) -> bool:
        """Whether nothing came that was not taken, not even a part of an answer."""
        return not (self._whole or self._lines or self._rest)

    def feed(self, octets: bytes) -> None:
        """Take what came.

        Raises:
            NoAnswer: for what is none.
        """
        *lines, self._rest = (self._rest + octets).split(b"\n")
        for line in lines:
            self._take(line)
            if len(self._whole) > MOST_ANSWERS:
                raise NoAnswer("answers to nothing")
        if len(self._rest) > LONGEST_LINE:
            raise NoAnswer("a line that does not end")

    def take(self) -> Answer:
        """Give the oldest answer; there must be one."""
        return self._whole.popleft()

    def _take(self, line: bytes) -> None:
        found = _LINE.match(line)
        if found is None or len(line) > LONGEST_LINE:
            raise NoAnswer(f"{line[:60].decode('ascii', 'replace')!r}")
        code, mark, text = found.groups()
        self._size += len(line)
        if self._size > LONGEST_ANSWER:
            raise NoAnswer("an answer that does not end")
        self._lines.append(text or b"")
        if mark != b"-":
            # The code of the last line counts; servers that change it midway are known to mean that one.
            self._whole.append(Answer(int(code), b"\n".join(self._lines)))
            self._lines, self._size = [], 0
