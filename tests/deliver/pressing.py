"""A sender that has started its presses, and waits to be killed.

python -m tests.deliver.pressing FOLDER
"""

import sys
from pathlib import Path

from publisher.config.settings import DkimKey
from publisher.deliver import address
from publisher.deliver.message import Template
from publisher.deliver.presses import Presses
from tests.deliver.samples import delivery, settings, template


def signing(folder: Path) -> Template:
    """Give a template whose mails are signed by `rsa.pem` and `ed.pem` of a folder."""
    domain = address.configured("delivery.from", settings().delivery.sender)[1].domain
    keys = (DkimKey(selector=name, domain=domain, key=folder / f"{name}.pem") for name in ("rsa", "ed"))
    return template(settings(delivery={"dkim": tuple(keys)}))


def started(presses: Presses) -> Presses:
    """Let presses begin, and wait until they can fill."""
    while not presses.starting:
        presses.fill([delivery()])
    for starting in presses.starting:
        starting.result()
    return presses


if __name__ == "__main__":
    started(Presses(signing(Path(sys.argv[1])), alone=0))
    print("ready", flush=True)
    sys.stdin.read()
