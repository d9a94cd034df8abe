"""`demo --serve` as its reader meets it: a site, feeds, a web copy, and a way out that works."""

import email
import email.policy
import re
import signal
import subprocess
import sys
from pathlib import Path

import requests

from tests.system.desk import ROOT


def test_a_served_demo_can_be_browsed_and_left(tmp_path: Path) -> None:
    command = [sys.executable, "main.py", "demo", "--dir", str(tmp_path / "demo"), "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as demo:
        assert demo.stdout
        said = ""
        while "Ctrl-C ends" not in said:
            said += demo.stdout.readline()
        ours, site = (re.findall(rf"{name}: (\S+)", said)[0] for name in ("Feeds, issues", "The newsroom"))
        mail = email.message_from_bytes(
            next((tmp_path / "demo/outbox").rglob("*.eml")).read_bytes(), policy=email.policy.default
        )
        leave = str(mail["List-Unsubscribe"]).partition(">")[0].strip("<")

        answers = [requests.get(url, timeout=20).status_code for url in (ours, site, str(mail["Archived-At"])[1:-1])]
        left = requests.post(leave, data={"List-Unsubscribe": "One-Click"}, timeout=20)
        demo.send_signal(signal.SIGINT)
        demo.communicate()

    assert answers == [200, 200, 200]
    assert leave.startswith(ours)
    assert left.status_code == 200
    assert demo.returncode == 0
