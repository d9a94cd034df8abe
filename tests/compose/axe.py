"""Asks axe-core, in the browser, what people who do not see or read as others would stumble over.

`make programs` puts axe-core beside the locked dependencies: it is a program of the tests and no part of the project.
"""

from functools import cache
from pathlib import Path

from tests.compose.devtools import browser

SCRIPT = Path(__file__).parents[2] / ".venv" / "axe-core" / "axe.min.js"

NOT_FOR_MAILS = {
    # A mail is shown inside a page that has the landmarks, and clients drop the elements that make ours.
    "region": "content outside landmarks",
    "landmark-one-main": "no main landmark",
}
"""Rules that ask of a whole page what a mail cannot be."""

_RUN = """(async () => {
  const off = Object.fromEntries(%s.map(rule => [rule, {enabled: false}]));
  const rules = {"target-size": {enabled: true}, ...off};
  const found = await axe.run(document, {resultTypes: ["violations"], rules});
  return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html}`));
})()"""


def violations(html: str, folder: Path, *, width: int = 640, dark: bool = False, is_mail: bool) -> list[str]:
    """Tell which rules a mail or a page breaks, and where."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    browser().open(file, width=width, dark=dark)
    browser().evaluate(_script())
    found: list[str] = browser().evaluate(_RUN % (list(NOT_FOR_MAILS) if is_mail else []))
    return found


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")
