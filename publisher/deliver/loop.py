"""The event loop of the sending: uvloop, which does with half the work, where it is there."""

import asyncio
from collections.abc import Callable

new_event_loop: Callable[[], asyncio.AbstractEventLoop]
try:
    from uvloop import new_event_loop
except ImportError:  # There is none for Windows.
    new_event_loop = asyncio.new_event_loop
