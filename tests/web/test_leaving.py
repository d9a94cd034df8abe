from collections.abc import Callable

import pytest

from publisher.store import Store, subscribers
from publisher.store.subscribers import SubscriptionState
from publisher.tasks import leaving
from publisher.tokens import leave_token
from tests.web.conftest import BRUNO, NEWSLETTER, NOW, SECRET, Visitor

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = (
    b'--cut\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--cut--\r\n',
    {"Content_Type": "multipart/form-data; boundary=cut"},
)

State = Callable[[], SubscriptionState | None]


@pytest.fixture
def state(store: Store) -> State:
    def _state() -> SubscriptionState | None:
        with store.reading() as transaction:
            bruno = subscribers.by_email(transaction, BRUNO)
            return subscribers.state(transaction, bruno.id, NEWSLETTER) if bruno else None

    return _state


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_changes_nothing(visitor: Visitor, token: str, state: State, method: str) -> None:
    answer = visitor.ask(method, f"/leave/{token}")

    assert answer.status == 200
    assert state() is SubscriptionState.ACTIVE


def test_the_page_asks_in_the_subscribers_language_with_one_button(visitor: Visitor, token: str) -> None:
    page = visitor.get(f"/leave/{token}").text

    assert '<html lang="es"' in page
    assert "¿Darse de baja de La Organización?" in page
    assert page.count("<button") == page.count("<form") == 1
    assert "b…@example.org" in page
    assert BRUNO not in page


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (ONE_CLICK, FORM),
        MULTIPART,
        (None, {}),
        (b"", FORM),
        (b"\xff\x00 no form at all", FORM),
        (b"no boundary", {"Content_Type": "multipart/form-data"}),
        (
            ONE_CLICK,
            FORM | {"Origin": "https://mail.example.net", "Cookie": "session=x", "Referer": "https://x.example"},
        ),
        (ONE_CLICK, FORM | {"Origin": "null", "Sec_Fetch_Site": "cross-site"}),
    ],
)
def test_one_post_ends_the_subscription_whatever_it_carries(
    visitor: Visitor, token: str, state: State, body: bytes | None, fields: dict[str, str]
) -> None:
    answer = visitor.ask("POST", f"/leave/{token}", body, **fields)

    assert answer.status == 200
    assert "Se dio de baja de La Organización" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert state() is SubscriptionState.LEFT


def test_leaving_again_is_as_good(visitor: Visitor, token: str, state: State) -> None:
    visitor.ask("POST", f"/leave/{token}", ONE_CLICK, **FORM)

    again = visitor.ask("POST", f"/leave/{token}", ONE_CLICK, **FORM)

    assert again.status == 200
    assert "no está en la lista" in again.text
    assert state() is SubscriptionState.LEFT


def test_who_has_left_is_shown_no_button(visitor: Visitor, token: str) -> None:
    visitor.ask("POST", f"/leave/{token}", ONE_CLICK, **FORM)

    page = visitor.get(f"/leave/{token}")

    assert page.status == 200
    assert "<button" not in page.text


def test_a_body_is_not_read_beyond_its_cap_and_does_not_hinder(visitor: Visitor, token: str, state: State) -> None:
    answer = visitor.ask("POST", f"/leave/{token}", ONE_CLICK + b"&" * 20_000, **FORM)

    assert (answer.status, answer.headers["Connection"]) == (200, "close")
    assert state() is SubscriptionState.LEFT


def test_a_forged_link_is_refused_with_the_address_to_write_to(visitor: Visitor, token: str, state: State) -> None:
    forged = leave_token(1, NEWSLETTER, "another secret of sixteen characters")

    for answer in (visitor.get(f"/leave/{forged}"), visitor.ask("POST", f"/leave/{forged}", ONE_CLICK, **FORM)):
        assert answer.status == 404
        assert "This link does not work" in answer.text
        assert "Este enlace no funciona" in answer.text
        assert "mailto:desk@estuary.example.org" in answer.text
    assert state() is SubscriptionState.ACTIVE


def test_the_link_of_somebody_erased_is_unknown(visitor: Visitor, store: Store, token: str) -> None:
    with store.writing() as transaction:
        subscribers.erase(transaction, BRUNO)

    assert visitor.get(f"/leave/{token}").status == 404
    assert visitor.ask("POST", f"/leave/{token}").status == 404


@pytest.mark.parametrize("rest", ["", "%00", "x%00y", "%F0%9F%8C%8A", "..", "a/b", "x" * 9000])
def test_any_other_path_is_no_link(visitor: Visitor, rest: str) -> None:
    assert visitor.ask("POST", f"/leave/{rest}").status == 404


def test_no_page_of_the_way_out_is_kept_listed_or_told_to_others(visitor: Visitor, token: str) -> None:
    for path in (f"/leave/{token}", "/leave/forged"):
        headers = visitor.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "form-action 'self'" in headers["Content-Security-Policy"]


def test_a_newsletter_that_is_gone_from_the_config_can_still_be_left(
    visitor: Visitor, store: Store, token: str
) -> None:
    with store.writing() as transaction:
        subscribers.add(transaction, BRUNO, "", "es", (), "old-letter", "paper list", NOW)
        bruno = subscribers.by_email(transaction, BRUNO)
    assert bruno

    answer = visitor.ask("POST", f"/leave/{leave_token(bruno.id, 'old-letter', SECRET)}")

    assert (answer.status, "old-letter" in answer.text) == (200, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(visitor: Visitor, token: str, state: State, method: str) -> None:
    answer = visitor.ask(method, f"/leave/{token}")

    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert state() is SubscriptionState.ACTIVE


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_link_of_a_test_mail_works_and_changes_nothing(visitor: Visitor, method: str) -> None:
    answer = visitor.ask(method, f"/leave/{leave_token(leaving.NOBODY, NEWSLETTER, SECRET)}")

    assert answer.status == 200
    assert "This was a test mail" in answer.text
