"""Shows what one recipient of an issue got: the row of the ledger, what came back, and the mail as it was sent."""

from contextlib import suppress
from dataclasses import dataclass

from publisher.config import Settings
from publisher.deliver import message
from publisher.errors import UnreadableInput, UsageError
from publisher.store import Store, bounces, standing
from publisher.store.bounces import Kept
from publisher.store.standing import Record
from publisher.tasks import issuing, sending


@dataclass(frozen=True, slots=True)
class Recalled:
    """A recipient's row, what came back of its mail, and the mail itself; none where the address is no mail address."""

    record: Record
    bounces: tuple[Kept, ...]
    mail: message.Message | None

    @property
    def content(self) -> bytes:
        """The octets of the mail."""
        return self.mail.content if self.mail else b""


def recall(store: Store, settings: Settings, issue_id: int, address: str) -> Recalled:
    """Find the row of an address in an issue, and make its mail again.

    It is the same octets as long as the config, and what is known of the recipient, are the same.

    Raises:
        UsageError: for an unknown issue, or an address that it did not go to.
        ConfigError: when the config cannot make its mails.
    """
    issue = issuing.known_issue(store, issue_id)
    with store.reading() as transaction:
        record = standing.record(transaction, issue_id, address)
        if record is None:
            raise UsageError(f"issue {issue_id} has no row for {address}; it was not subscribed when the sending began")
        came_back = bounces.of(transaction, record.delivery.id)
    template = sending.template(store, settings, issue)
    mail = None
    with suppress(UnreadableInput):
        mail = template.fill(record.delivery)
    return Recalled(record, tuple(came_back), mail)
