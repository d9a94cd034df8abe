"""What SpamAssassin says of a mail, where it is installed: by its local tests alone, so nothing is asked elsewhere."""

import re
import shutil
import subprocess
import tempfile

from publisher.compose.findings import Kind, finding
from publisher.model import Finding

REMARKABLE = 2.0
"""Points; with five, a mail is spam for most who use it."""

LONGEST_SECONDS = 60
_OPTIONS = ("--local", "--nocreate-prefs", "--cf=use_bayes 0", "--cf=use_auto_welcomelist 0")
_STATUS = re.compile(r"^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=([\w,\s]*?)\s+\w+=", re.MULTILINE)


def findings(mail: bytes) -> tuple[Finding, ...]:
    """Tell the points of a mail and the rules that gave them, when they are remarkable."""
    program = shutil.which("spamassassin")
    if program is None:
        return ()
    try:
        with tempfile.TemporaryDirectory() as folder:
            checked = subprocess.run(  # noqa: S603 - the program found above, with our own arguments
                [program, *_OPTIONS], input=mail, capture_output=True, timeout=LONGEST_SECONDS, check=True, cwd=folder
            )
    except (OSError, subprocess.SubprocessError) as error:
        return (finding(Kind.SPAM_UNASKED, why=str(error)),)
    status = _STATUS.search(checked.stdout.decode("utf-8", "replace"))
    if status is None or float(status[1]) < REMARKABLE:
        return ()
    rules = ", ".join(rule.strip() for rule in status[2].split(",") if rule.strip())
    return (finding(Kind.SPAM_POINTS, points=status[1], rules=rules),)
