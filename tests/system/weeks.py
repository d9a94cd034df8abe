"""The program in one process, for command after command: each line of stdin is one, as JSON; so is each answer.

An answer is the exit code, what was printed, and the instant that the process believed it was. Nothing of the program
is replaced: whoever starts this process may move its clock.
"""

import contextlib
import io
import json
import sys
from datetime import UTC, datetime

from publisher.cli import main

for line in sys.stdin:
    sys.argv = ["publisher", *json.loads(line)]
    printed, code = io.StringIO(), 0
    began = datetime.now(UTC)
    with contextlib.redirect_stdout(printed):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    print(json.dumps([code, printed.getvalue(), began.isoformat()]), flush=True)
