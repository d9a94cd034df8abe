"""Messages → replies: one issue's mails, written and handed over one by one, each row of the ledger settled.

`message` makes the mails, `send` goes through the ledger, `outbox` and `smtp` are the ways out. A way out is
a `Transport`; what the sending remembers is a `Ledger`, which the store fulfils.
"""

from publisher.deliver.message import Message
from publisher.deliver.protocols import Ledger, Transport

__all__ = ["Ledger", "Message", "Transport"]
