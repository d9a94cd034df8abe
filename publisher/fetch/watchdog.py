"""Ends what is overdue: one thread for all requests of a door, where a timer for each would cost one apiece."""

import threading
import time
from collections.abc import Callable

Expire = Callable[[], None]


class Watchdog:
    """Calls what was not taken off its list in time. Its thread ends by itself when nothing is left to watch."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[Expire, float] = {}
        self._wakes: float | None = None
        """When the thread looks again by itself; None while there is no thread."""

    def watch(self, expire: Expire, seconds: float) -> None:
        """Have `expire` called in so many seconds; it must not wait for anything."""
        with self._changed:
            due = self._due[expire] = time.monotonic() + seconds
            if self._wakes is None:
                self._wakes = due
                threading.Thread(target=self._run, name="watchdog", daemon=True).start()
            elif due < self._wakes:
                self._changed.notify()

    def leave(self, expire: Expire) -> None:
        """Watch this no longer."""
        with self._changed:
            self._due.pop(expire, None)

    def rest(self) -> None:
        """Let the thread go now when nothing is left to watch, and not at the next deadline."""
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._due:
                now = time.monotonic()
                for expire in [one for one, due in self._due.items() if due <= now]:
                    del self._due[expire]
                    expire()
                self._wakes = min(self._due.values(), default=now)
                self._changed.wait(self._wakes - now)
            self._wakes = None
