"""The program as `main.py` starts it, with a clock that begins at an instant: `at.py "2026-11-20 09:00:02" COMMAND …`.

The instant is local time in Bogota, or `now` for the clock of the process. The schedule ticks each second, so that a
test need not wait. Everything else is real: processes, signals, sockets, the database.
"""

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from publisher import schedule
from publisher.cli import context, main

given = sys.argv.pop(1)
if given != "now":
    began, started = datetime.fromisoformat(given).replace(tzinfo=ZoneInfo("America/Bogota")), datetime.now(UTC)
    context.now = lambda: began.astimezone(UTC) + (datetime.now(UTC) - started)
schedule.TICK_SECONDS = 1
main()
