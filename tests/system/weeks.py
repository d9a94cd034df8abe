"""The program in one process, for command after command: each line of stdin is one, as JSON; so is each answer.

A command is the instant at which it begins and its words; an answer is the exit code, what was printed, and the instant
that the process believed it was. Nothing of the program is replaced: libfaketime moves the clock of the whole process,
told by its environment, since a file would be read each time that anything asks what time it is.
"""

import contextlib
import io
import json
import os
import sys
from datetime import UTC, datetime

from publisher.cli import main

for line in sys.stdin:
    os.environ["FAKETIME"], *words = json.loads(line)
    sys.argv = ["publisher", *words]
    printed, code = io.StringIO(), 0
    began = datetime.now(UTC)
    with contextlib.redirect_stdout(printed):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    print(json.dumps([code, printed.getvalue(), began.isoformat()]), flush=True)
