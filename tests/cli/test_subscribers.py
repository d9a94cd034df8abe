"""An address is added with the consent it gave, or asked for it by mail."""

from tests.cli.conftest import Terminal

BRUNO = ("subscribers", "add", "bruno@example.org", "--newsletter", "the-organization")


def test_an_address_is_asked_by_mail_and_pending_meanwhile(terminal: Terminal) -> None:
    said = terminal.types(*BRUNO, "--language", "es", "--confirm")

    assert (said.code, said.out) == (0, "")
    assert "bruno@example.org: asked by mail" in said.err
    (mail,) = (terminal.folder / "outbox/notices").glob("*.eml")
    assert b"Confirme su suscripci" in mail.read_bytes()
    (subscription,) = terminal.types("subscribers", "show", "bruno@example.org").json["subscriptions"]
    assert (subscription["state"], subscription["consent"]) == ("pending", "asked for")


def test_where_consent_was_asked_for_is_kept(terminal: Terminal) -> None:
    terminal.types(*BRUNO, "--confirm", "--consent", "web form, November 2026")

    (subscription,) = terminal.types("subscribers", "show", "bruno@example.org").json["subscriptions"]
    assert subscription["consent"] == "web form, November 2026"


def test_asking_twice_sends_one_mail_and_says_so(terminal: Terminal) -> None:
    terminal.types(*BRUNO, "--confirm")

    assert "within the last day" in terminal.types(*BRUNO, "--confirm").err
    assert len(list((terminal.folder / "outbox/notices").glob("*.eml"))) == 1


def test_an_address_without_any_consent_is_not_added(terminal: Terminal) -> None:
    said = terminal.types(*BRUNO)

    assert said.code == 2
    assert "--confirm" in said.err
    assert terminal.types("subscribers", "show", "bruno@example.org").code == 2
