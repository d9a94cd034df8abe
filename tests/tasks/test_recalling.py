"""What one recipient got can be shown, octet for octet."""

import pytest

from publisher.errors import UsageError
from publisher.model import DeliveryState
from publisher.tasks import recalling
from tests.tasks.conftest import Newsroom


@pytest.fixture
def issue(newsroom: Newsroom) -> int:
    newsroom.publishes("Port audit")
    newsroom.subscribes("Ana@example.org", "bruno@example.org")
    issue = newsroom.approves(newsroom.composes())
    newsroom.sends(issue)
    return issue


def test_a_mail_is_made_again_as_it_was_sent(newsroom: Newsroom, issue: int) -> None:
    recalled = recalling.recall(newsroom.store, newsroom.settings, issue, "ana@EXAMPLE.org")

    folder = newsroom.settings.path(newsroom.settings.delivery.outbox)
    sent = [file.read_bytes() for file in folder.rglob("*.eml")]
    assert len(sent) == 2
    assert recalled.content in sent
    assert recalled.record.state is DeliveryState.SENT
    assert recalled.record.delivery.subscriber.email == "Ana@example.org"


def test_who_has_no_row_is_told(newsroom: Newsroom, issue: int) -> None:
    with pytest.raises(UsageError, match=r"has no row for carla@example\.org"):
        recalling.recall(newsroom.store, newsroom.settings, issue, "carla@example.org")
