"""`demo --serve` as its reader meets it: a site, feeds, a web copy, and a way out that works."""

import email
import email.policy
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
from lxml import html

from tests.system.desk import ROOT

ELSEWHERE = "https://creativecommons.org/licenses/by-nc/4.0/"


def links(mail: EmailMessage) -> set[str]:
    """Give every address that a mail leads to or shows, but those that write a mail."""
    page, text = (mail.get_body((kind,)) for kind in ("html", "plain"))
    assert page
    assert text
    found = [url for _, _, url, _ in html.iterlinks(page.get_content())]
    found += re.findall(r"https?://[^\s>)]+", text.get_content())
    return {url for url in found if not url.startswith("mailto:")}


def asked(outbox: Path, hosts: tuple[str, ...]) -> dict[str, int]:
    """Ask every link of one mail of each issue: what each answered; 0 for one that leads nowhere we know."""
    mails = [next(folder.iterdir()) for folder in outbox.iterdir()]
    found = {
        url for mail in mails for url in links(email.message_from_bytes(mail.read_bytes(), policy=email.policy.default))
    }
    assert len(mails) == 4
    assert len(found) > 80
    assert ELSEWHERE in found
    return {
        url: requests.get(url, timeout=20).status_code if url.startswith(hosts) else 0
        for url in sorted(found)
        if url != ELSEWHERE
    }


def feed_of(copy: str) -> str:
    """Give the feed that the web copy of an issue names."""
    page = html.fromstring(requests.get(copy, timeout=20).text)
    alternates = [link for link in page.iter("link") if link.get("rel") == "alternate"]
    (feed,) = (str(link.get("href")) for link in alternates if not link.get("hreflang"))
    return feed


@pytest.fixture
def demo(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "main.py", "demo", "--dir", str(tmp_path / "demo"), "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as started:
        try:
            yield started
        finally:
            started.kill()


def test_a_served_demo_can_be_browsed_and_left(demo: "subprocess.Popen[str]", tmp_path: Path) -> None:
    assert demo.stdout
    said = ""
    while "Ctrl-C ends" not in said:
        said += demo.stdout.readline()
    ours, site = (re.findall(rf"{name}: (\S+)", said)[0] for name in ("Feeds", "The newsroom"))
    mail = email.message_from_bytes(
        next((tmp_path / "demo/outbox").rglob("*.eml")).read_bytes(), policy=email.policy.default
    )
    leave = str(mail["List-Unsubscribe"]).partition(">")[0].strip("<")

    copies = re.findall(r"Issue: (\S+)", said)
    feeds = [feed_of(copy) for copy in copies]
    pages = (ours, site, str(mail["Archived-At"])[1:-1], *copies, *feeds)
    answers = [requests.get(url, timeout=20).status_code for url in pages]
    broken = {url: code for url, code in asked(tmp_path / "demo/outbox", (ours, site)).items() if code != 200}
    left = requests.post(leave, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    demo.send_signal(signal.SIGINT)
    demo.communicate()

    assert (len(copies), set(answers)) == (4, {200})
    assert broken == {}
    assert leave.startswith(ours)
    assert left.status_code == 200
    assert demo.returncode == 0
