"""The program as `main.py` starts it, with a clock that begins at an instant: `at.py "2026-11-20 09:00:02" COMMAND …`.

The instant is local time in Bogota, and the schedule ticks each second. Everything else is real: processes, signals,
sockets, the database.
"""

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from publisher import schedule
from publisher.cli import context, main

began = datetime.fromisoformat(sys.argv.pop(1)).replace(tzinfo=ZoneInfo("America/Bogota"))
started = datetime.now(UTC)
context.now = lambda: began.astimezone(UTC) + (datetime.now(UTC) - started)
schedule.TICK_SECONDS = 1
main()
