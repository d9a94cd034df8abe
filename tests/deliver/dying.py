"""A process that sends an issue again and again, each time in a child that a test may kill.

It reads a line of JSON for each time, and writes a line with the child's number when that begins and one with its exit
code when it has ended. Nothing but reading and forking happens in it, so that each child begins alike.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.config.settings import Smtp
from publisher.store import open_store
from publisher.tasks import sending
from tests.deliver import samples


def send(told: dict[str, Any]) -> None:
    smtp = Smtp(host="127.0.0.1", port=told["port"], security="none", connections=told["connections"])
    used = samples.settings(
        delivery={
            "transport": "smtp",
            "smtp": smtp,
            "journal": Path(told["journal"]),
            "uncertain": told["uncertain"],
        },
        database={"url": told["database"]},
    )
    store = open_store(told["database"])
    sending.send(store, used, told["issue"], lambda: datetime.fromisoformat(told["now"]))


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            send(json.loads(line))
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
