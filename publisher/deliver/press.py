"""A process that fills in mails for a sender: it is given a template, then deliveries, and gives their mails.

    python -m publisher.deliver.press FILE

FILE is the number of an open socket to the sender. The process ends when the sender, or whatever ended it, closes that.
"""

import signal
import sys
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from publisher.deliver import dkim
from publisher.deliver.message import Message, Template
from publisher.errors import ConfigError, UnreadableInput
from publisher.model import Delivery


def fill_for(sender: Connection) -> None:
    """Fill in mails as long as a sender asks for them; keys, which cannot be handed over, are loaded here.

    Where one cannot be read any more nothing is filled in, and the sender, which has it, makes all mails.
    """
    with suppress(EOFError, OSError, ConfigError):
        given: Template = sender.recv()
        template = replace(given, signers=dkim.signers(given.settings, given.domain))
        sender.send(True)
        while True:
            sender.send([message for delivery in sender.recv() if (message := _filled(template, delivery))])


def _filled(template: Template, delivery: Delivery) -> Message | None:
    """Fill in a mail; one whose recipient has no address is left to the sender, who says so."""
    with suppress(UnreadableInput):
        return template.fill(delivery)
    return None


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM):
        # They are sent to the sender too, which ends what it began.
        signal.signal(ending, signal.SIG_IGN)
    fill_for(Connection(int(sys.argv[1])))
