"""`bounces collect` at a terminal: an account of each mail, for people and for programs."""

from tests.cli.conftest import Terminal

BOUNCE = """From: MAILER-DAEMON@mx.example.org
To: somebody@example.org
Subject: failure notice

<ana@example.org>:
550 5.1.1 unknown user
"""


def test_each_mail_has_its_line_and_its_document(terminal: Terminal) -> None:
    file, letter = terminal.folder / "bounce.eml", terminal.folder / "letter.eml"
    file.write_text(BOUNCE, encoding="utf-8")
    letter.write_text("From: ana@example.org\nSubject: Re: The port\n\nThank you.\n", encoding="utf-8")

    said = terminal.types("bounces", "collect", str(file))
    documents = terminal.types("bounces", "collect", "--json", str(file), str(letter)).json

    nothing = "nothing: it names no mail of ours"
    assert (said.code, said.out.replace("\n", "")) == (0, f"{file}: ana@example.org: hard 5.1.1: {nothing}")
    assert documents[0] == {
        "mail": str(file),
        "recipient": "ana@example.org",
        "status": "5.1.1",
        "kind": "hard",
        "words": "550 5.1.1 unknown user",
        "done": nothing,
    }
    assert (documents[1]["recipient"], documents[1]["kind"]) == (None, "unknown")


def test_a_file_that_is_not_there_is_told(terminal: Terminal) -> None:
    said = terminal.types("bounces", "collect", str(terminal.folder / "nowhere"))

    assert (said.code, "name a mail, a mailbox or a Maildir" in said.err) == (2, True)
