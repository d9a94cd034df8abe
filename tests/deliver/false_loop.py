"""An event loop on a false clock: whoever waits is woken at once, and its time has passed."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class FalseLoop(asyncio.SelectorEventLoop):
    """A loop whose time moves only while all wait; what is to run in a thread runs at once."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Jumping(self.pass_by))

    def time(self) -> float:
        return self._now

    def pass_by(self, seconds: float) -> None:
        self._now += seconds

    def run_in_executor(  # type: ignore[override] # the base says more of the types than can be repeated
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - who awaits it gets it
            done.set_exception(error)
        return done


class _Jumping(selectors.DefaultSelector):
    def __init__(self, pass_by: Callable[[float], None]) -> None:
        super().__init__()
        self._pass_by = pass_by

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0 if timeout is not None else None)
        if not found and timeout:
            self._pass_by(timeout)
        return found
