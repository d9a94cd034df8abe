"""The page of a mail that asks for consent: looking changes nothing, its button begins the subscription."""

from pathlib import Path

import pytest

from publisher.store import Store, subscribers
from publisher.store.subscribers import SubscriptionState
from publisher.tokens import Confirmation, confirm_token
from tests.web.conftest import BRUNO, NEWSLETTER, NOW, SECRET, Visitor
from tests.web.test_picture import TEAL, picture

SOON = int(NOW.timestamp()) + 60


@pytest.fixture
def bruno(store: Store) -> int:
    """The id of Bruno, who was asked in Spanish."""
    with store.writing() as transaction:
        subscribers.erase(transaction, BRUNO)
        subscribers.add(transaction, BRUNO, "", "es", (), NEWSLETTER, "web form", NOW, is_confirmed=False)
        found = subscribers.by_email(transaction, BRUNO)
    assert found is not None
    return found.id


def link(subscriber: int, expires: int = SOON) -> str:
    return f"/confirm/{confirm_token(Confirmation(subscriber, NEWSLETTER, '0' * 20, expires), SECRET)}"


def state(store: Store, subscriber: int) -> SubscriptionState | None:
    with store.reading() as transaction:
        return subscribers.state(transaction, subscriber, NEWSLETTER)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_confirms_nothing(visitor: Visitor, store: Store, bruno: int, method: str) -> None:
    answer = visitor.ask(method, link(bruno))

    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert state(store, bruno) is SubscriptionState.PENDING


def test_the_page_asks_in_the_readers_language_with_one_button(visitor: Visitor, bruno: int) -> None:
    page = visitor.get(link(bruno)).text

    assert '<html lang="es"' in page
    assert "¿Recibir La Organización?" in page
    assert page.count("<button") == page.count("<form") == 1
    assert "b…@example.org" in page
    assert BRUNO not in page


def test_the_button_begins_the_subscription_and_may_be_pressed_twice(
    visitor: Visitor, store: Store, bruno: int
) -> None:
    for _ in range(2):
        answer = visitor.ask("POST", link(bruno))

        assert answer.status == 200
        assert "Su suscripción a La Organización está confirmada" in answer.text
        assert "<button" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert state(store, bruno) is SubscriptionState.ACTIVE


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_too_old_says_so(visitor: Visitor, store: Store, bruno: int, method: str) -> None:
    answer = visitor.ask(method, link(bruno, expires=int(NOW.timestamp())))

    assert (answer.status, "Este enlace llegó tarde" in answer.text) == (410, True)
    assert state(store, bruno) is SubscriptionState.PENDING


def test_who_left_meanwhile_stays_away(visitor: Visitor, store: Store, bruno: int) -> None:
    with store.writing() as transaction:
        subscribers.leave(transaction, bruno, NEWSLETTER, NOW)

    answer = visitor.ask("POST", link(bruno))

    assert "Este enlace ya no funciona" in answer.text
    assert state(store, bruno) is SubscriptionState.LEFT


@pytest.mark.parametrize("path", ["/confirm/x", "/confirm/1~2~ab~the-organization.x", "/confirm/%00", "/confirm/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_is_unknown(visitor: Visitor, path: str, method: str) -> None:
    assert visitor.ask(method, path).status == 404


def test_a_link_to_leave_confirms_nothing(visitor: Visitor, store: Store, token: str) -> None:
    assert visitor.ask("POST", f"/confirm/{token}").status == 404


def test_robots_are_kept_away(visitor: Visitor) -> None:
    assert "Disallow: /confirm/" in visitor.get("/robots.txt").text


@pytest.mark.needs("chromium")
def test_the_page_fits_a_phone(visitor: Visitor, bruno: int, tmp_path: Path) -> None:
    image = picture(f"http://127.0.0.1:{visitor.port}{link(bruno)}", tmp_path, 320)

    painted = {colour: pixels for pixels, colour in image.getcolors(1 << 20) or []}
    assert painted.get(TEAL, 0) > 5_000
