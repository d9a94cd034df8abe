"""What a person may see and hand out of the articles, and take back."""

import pytest

from publisher.errors import NotAllowed, UsageError
from publisher.tasks import changes, looking, republishing
from tests.tasks.conftest import Newsroom


def test_the_newest_articles_come_first(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit", hours_ago=30)
    newsroom.publishes("Night ferry", hours_ago=2)

    assert [stored.article.title for stored in looking.newest(newsroom.store, newsroom.now, 5)] == [
        "Night ferry",
        "Port audit",
    ]


def test_an_article_is_found_by_its_address_with_tracking_or_without(newsroom: Newsroom) -> None:
    article = newsroom.publishes("Port audit")

    found = republishing.known_article(newsroom.store, f"{article.url}?utm_source=mail#top")

    assert found.article.url == article.url


def test_an_article_that_was_never_collected_is_said(newsroom: Newsroom) -> None:
    with pytest.raises(UsageError, match="no article is known at"):
        republishing.known_article(newsroom.store, "https://estuary.example.org/never/")


def test_what_an_editor_takes_back_is_handed_out_no_more(newsroom: Newsroom) -> None:
    article = newsroom.publishes("Port audit")
    assert "The first paragraph." in republishing.kit_html(newsroom.store, newsroom.settings, article.url)

    for _ in range(2):
        looking.retract(newsroom.store, article.url, newsroom.now)

    assert looking.newest(newsroom.store, newsroom.now, 5) == []
    with pytest.raises(NotAllowed, match="took it back"):
        republishing.kit_html(newsroom.store, newsroom.settings, article.url)


def test_what_an_editor_took_back_by_mistake_is_restored(newsroom: Newsroom) -> None:
    article = newsroom.publishes("Port audit")
    looking.retract(newsroom.store, article.url, newsroom.now)

    looking.restore(newsroom.store, article.url)

    assert [stored.article.title for stored in looking.newest(newsroom.store, newsroom.now, 5)] == ["Port audit"]
    with pytest.raises(NotAllowed, match="it is not taken back"):
        looking.restore(newsroom.store, article.url)


def test_what_its_source_takes_back_is_restored_there(newsroom: Newsroom) -> None:
    article = newsroom.publishes("Port audit", retracted=True)

    with pytest.raises(NotAllowed, match="take the mark off there"):
        looking.restore(newsroom.store, article.url)


def test_what_changed_is_told_from_each_text_to_the_next(newsroom: Newsroom) -> None:
    first = newsroom.publishes("Port audit", body="<p>Forty boats left.</p><p>All sail.</p>", tags=("Ports",))
    newsroom.changes(first, body="<p>Forty-one boats left.</p><p>All sail.</p>")
    newsroom.changes(first, body="<p>Forty-one boats <em>left</em>.</p><p>All sail.</p>", title="The audit", tags=())

    told = changes.of(newsroom.store, republishing.known_article(newsroom.store, first.url))

    assert [change.revision for change in told] == [1, 2]
    assert told[0].differences == {"body": ["- Forty boats left.", "+ Forty-one boats left."]}
    assert told[1].differences == {
        "title": ["- Port audit", "+ The audit"],
        "body": ["~ its markup"],
        "tags": ["- ('Ports',)"],
    }
