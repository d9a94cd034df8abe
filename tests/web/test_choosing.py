"""A reader's own pages: what is chosen is kept, an issue is voted on once, and looking changes nothing."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html

from publisher.model import Issue, Period, Variant
from publisher.store import Store, issues, subscribers
from publisher.store.subscribers import SubscriptionState
from publisher.tasks import issuing, voting
from publisher.tokens import leave_token, preferences_token, vote_token
from tests.web.conftest import BRUNO, NEWSLETTER, NOW, SECRET, Answer, Visitor
from tests.web.test_picture import TEAL, picture

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
_weeks = count(1)


@pytest.fixture
def bruno(store: Store, token: str) -> int:
    """The id of Bruno, who reads Spanish."""
    assert token
    with store.reading() as transaction:
        found = subscribers.by_email(transaction, BRUNO)
    assert found is not None
    return found.id


@pytest.fixture
def issue(store: Store) -> Issue:
    with store.writing() as transaction:
        week = Period(f"vote-{next(_weeks)}", NOW - timedelta(days=4), NOW)
        variant = Variant("Port audit", "", "", "", "")
        made = issues.put(transaction, NEWSLETTER, "en", week, 12, "The <audit>", (), variant, NOW)
    return issuing.known_issue(store, made)


def state(store: Store, subscriber: int) -> tuple[str, SubscriptionState]:
    with store.reading() as transaction:
        return subscribers.subscribed(transaction, subscriber)[NEWSLETTER]


def saves(visitor: Visitor, subscriber: int, **fields: str) -> Answer:
    path = f"/preferences/{preferences_token(subscriber, SECRET)}"
    return visitor.ask("POST", path, urlencode(fields).encode(), **FORM)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_ones_choices_changes_nothing(visitor: Visitor, store: Store, bruno: int, method: str) -> None:
    answer = visitor.ask(method, f"/preferences/{preferences_token(bruno, SECRET)}")

    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert state(store, bruno) == ("es", SubscriptionState.ACTIVE)


def test_the_page_shows_what_is_chosen_and_each_field_has_its_label(visitor: Visitor, bruno: int) -> None:
    page = html.document_fromstring(visitor.get(f"/preferences/{preferences_token(bruno, SECRET)}").text)

    fields = [field for field in (*page.iter("input"), *page.iter("select")) if field.get("type") != "hidden"]
    assert {field.get("id") for field in fields} == {label.get("for") for label in page.iter("label")}
    options = list(page.iter("option"))
    assert [option.text for option in options] == ["English", "Español"]
    assert [option.get("value") for option in options if "selected" in option.attrib] == ["es"]
    assert [field.get("value") for field in fields if field.get("name") == "name"] == ["Bruno"]
    assert "b…@example.org" in str(page.xpath("string(//main)"))
    assert page.get("lang") == "es"


def test_language_and_name_are_kept(visitor: Visitor, store: Store, bruno: int) -> None:
    fields = {"name": " Bruno\r\nRoa ", f"wants {NEWSLETTER}": "yes", f"language {NEWSLETTER}": "en"}
    answer = saves(visitor, bruno, **fields)

    assert "Sus preferencias quedaron guardadas." in answer.text
    assert state(store, bruno) == ("en", SubscriptionState.ACTIVE)
    with store.reading() as transaction:
        reader = subscribers.get(transaction, bruno)
    assert reader is not None
    assert reader.name == "Bruno Roa"


def test_what_is_not_ticked_is_left_and_a_tick_of_ones_own_comes_back(
    visitor: Visitor, store: Store, bruno: int
) -> None:
    saves(visitor, bruno, **{"name": "Bruno", f"had {NEWSLETTER}": "yes"})
    assert state(store, bruno) == ("es", SubscriptionState.LEFT)

    saves(visitor, bruno, **{"name": "Bruno", f"wants {NEWSLETTER}": "yes", f"language {NEWSLETTER}": "es"})
    assert state(store, bruno) == ("es", SubscriptionState.ACTIVE)
    with store.reading() as transaction:
        exported = subscribers.exported(transaction, BRUNO)
    assert exported["subscriptions"][0]["consent"] == "preferences page"


def test_a_tick_that_the_page_had_made_brings_nobody_back(visitor: Visitor, store: Store, bruno: int) -> None:
    page = visitor.get(f"/preferences/{preferences_token(bruno, SECRET)}").text
    assert f'name="had {NEWSLETTER}"' in page
    fields = {"name": "Bruno", **{f"{field} {NEWSLETTER}": "yes" for field in ("had", "wants")}}
    fields[f"language {NEWSLETTER}"] = "es"
    visitor.ask("POST", f"/leave/{leave_token(bruno, NEWSLETTER, SECRET)}")

    answer = saves(visitor, bruno, **fields)

    assert state(store, bruno) == ("es", SubscriptionState.LEFT)
    assert "checked" not in answer.text


@pytest.mark.parametrize("form", [b"", b"x=" + b"1" * 20_000, b"\xff"])
def test_a_form_that_is_cut_off_changes_nothing(visitor: Visitor, store: Store, bruno: int, form: bytes) -> None:
    answer = visitor.ask("POST", f"/preferences/{preferences_token(bruno, SECRET)}", form, **FORM)

    assert answer.status == 400
    assert state(store, bruno) == ("es", SubscriptionState.ACTIVE)


def test_a_language_that_is_none_changes_nothing(visitor: Visitor, store: Store, bruno: int) -> None:
    saves(visitor, bruno, **{"name": "Bruno", f"wants {NEWSLETTER}": "yes", f"language {NEWSLETTER}": "fr"})

    assert state(store, bruno) == ("es", SubscriptionState.ACTIVE)


def test_who_is_suppressed_chooses_nothing(visitor: Visitor, store: Store) -> None:
    with store.writing() as transaction:
        subscribers.add(transaction, "gone@example.org", "", "en", (), NEWSLETTER, "paper list", NOW)
        gone = subscribers.by_email(transaction, "gone@example.org")
        subscribers.suppress(transaction, "gone@example.org", "asked by phone", NOW)
    assert gone is not None

    answer = saves(visitor, gone.id, name="Gone")

    assert "g…@example.org gets no mail from us" in answer.text
    assert "<form" not in answer.text


@pytest.mark.parametrize("path", ["/preferences/x", "/preferences/1.x", "/helpful/x/yes", "/helpful/1~1.x/no"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_is_unknown(visitor: Visitor, path: str, method: str) -> None:
    assert visitor.ask(method, path, b"name=x", **FORM).status == 404


def test_the_links_of_a_test_mail_work_and_change_nothing(visitor: Visitor, store: Store, issue: Issue) -> None:
    for path in (f"/preferences/{preferences_token(0, SECRET)}", f"/helpful/{vote_token(issue.id, 0, SECRET)}/yes"):
        assert visitor.ask("POST", path, b"name=x", **FORM).status == 200
        assert visitor.get(path).status == 200
    assert voting.counts(store, issue.id) == (0, 0)


def test_a_vote_counts_by_the_button_alone_once_each_and_can_be_changed(
    visitor: Visitor, store: Store, issue: Issue
) -> None:
    links = [f"/helpful/{vote_token(issue.id, reader, SECRET)}" for reader in (1, 2)]
    for link in links:
        assert "The &lt;audit&gt;" in visitor.get(f"{link}/yes").text
        visitor.get(f"{link}/no")
    assert voting.counts(store, issue.id) == (0, 0)

    for link, answer in ((links[0], "yes"), (links[0], "yes"), (links[1], "yes"), (links[1], "no")):
        assert visitor.ask("POST", f"{link}/{answer}").status == 200
    assert voting.counts(store, issue.id) == (1, 1)


def test_an_answer_that_is_none_is_unknown(visitor: Visitor, issue: Issue) -> None:
    assert visitor.ask("POST", f"/helpful/{vote_token(issue.id, 1, SECRET)}/maybe").status == 404


@pytest.mark.needs("chromium")
def test_the_choices_fit_a_phone(visitor: Visitor, bruno: int, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{visitor.port}/preferences/{preferences_token(bruno, SECRET)}"

    image = picture(url, tmp_path, 320)

    painted = {colour: pixels for pixels, colour in image.getcolors(1 << 20) or []}
    assert painted.get(TEAL, 0) > 5_000
