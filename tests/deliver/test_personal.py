"""What is each reader's own comes into ready octets: greeting, choices, votes, other words by a tag, who writes."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given

from publisher import tokens
from publisher.config import Settings
from publisher.config.appeals import Audience
from publisher.deliver.personal import LONGEST_NAME, SAMPLE, named, personal
from publisher.model import Place, Variant
from tests.deliver.samples import SECRET, delivery, issue, mail, parsed, settings, template
from tests.deliver.test_header import texts
from tests.deliver.test_message import BASE, OURS, part

GREETINGS = {
    "greeting": {"en": "Dear {name},", "es": "Hola, {name}:"},
    "greeting_unnamed": {"en": "Dear reader,", "es": "Hola:"},
}
MARKS = [getattr(Place, name) for name in vars(Place) if name.isupper()]
FILLERS = {"quoted-printable": "La flota salió. ", "base64": "港の監査が遅れている。"}


def newsletter(**values: Any) -> Settings:
    """Give the shipped config with some keys of its newsletter changed."""
    shipped = settings()
    return shipped.model_copy(update={"newsletters": (shipped.newsletters[0].model_copy(update=values),)})


def greeted(name: str, language: str = "es") -> str:
    used = newsletter(**GREETINGS)
    reader = personal(used, used.newsletters[0], issue(language=language), SECRET)
    return reader.values(replace(SAMPLE, name=name), "token")[Place.GREETING]


@pytest.mark.parametrize(
    ("name", "language", "greeting"),
    [
        ("Bruno Díaz", "es", "Hola, Bruno Díaz:"),
        ("Bruno Díaz", "en", "Dear Bruno Díaz,"),
        ("", "es", "Hola:"),
        (" \t\u200b", "en", "Dear reader,"),
        ("{name} {0.__class__} %s \\1", "en", "Dear {name} {0.__class__} %s \\1,"),
        ("Bruno\r\nBcc: all@x", "en", "Dear reader,"),
        ("Bruno\r\nDíaz", "en", "Dear Bruno Díaz,"),
        ("bruno@example.org", "en", "Dear reader,"),
        ("See https://x.example", "en", "Dear reader,"),
        ("\u202eonurB\u202c", "en", "Dear onurB,"),
        ("Jean-Luc O’Neill, Jr.", "en", "Dear Jean-Luc O’Neill, Jr.,"),
    ],
)
def test_a_reader_is_greeted_by_name_where_it_is_known(name: str, language: str, greeting: str) -> None:
    assert greeted(name, language) == greeting


@given(texts)
@example("a" * 79 + " b")
def test_a_name_is_short_and_on_one_line_whatever_was_given(name: str) -> None:
    said = named(name)

    assert len(said) <= LONGEST_NAME
    assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", said)
    assert said == said.strip()
    assert named(said) == said


@pytest.mark.parametrize("encoding", FILLERS)
@given(name=texts)
@example(name="<script>\"&'")
@example(name=Place.LEAVE_URL)
def test_every_mark_is_filled_in_either_encoding_and_nothing_breaks_out(encoding: str, name: str) -> None:
    marked = "".join(f"<p>{mark}</p>\n" for mark in MARKS) + FILLERS[encoding] * 40 + "\n"
    used = newsletter(**GREETINGS)

    content = template(used, html=marked, text=marked).fill(delivery(name=name)).content

    read = parsed(content)
    assert sorted(read.keys()) == OURS
    assert {one["Content-Transfer-Encoding"] for one in read.iter_parts()} == {encoding}
    greeting = greeted(name).encode("utf-8", "replace").decode()
    vote = f"{BASE}/helpful/{tokens.vote_token(7, 1, SECRET)}"
    values = {
        Place.LEAVE_URL: f"{BASE}/leave/{tokens.leave_token(1, 'the-organization', SECRET)}",
        Place.ADDRESS: "bruno@example.org",
        Place.PREFERENCES_URL: f"{BASE}/preferences/{tokens.preferences_token(1, SECRET)}",
        Place.HELPFUL_URL: f"{vote}/yes",
        Place.UNHELPFUL_URL: f"{vote}/no",
        Place.GREETING: greeting,
    }
    tail = FILLERS[encoding] * 40 + "\n"
    assert part(read, "plain") == "".join(f"<p>{values[mark]}</p>\n" for mark in MARKS) + tail
    assert part(read, "html") == "".join(f"<p>{html.escape(values[mark])}</p>\n" for mark in MARKS) + tail


def test_an_issue_without_a_greeting_has_none() -> None:
    assert "Hola" not in part(parsed(mail().content), "plain")


DONORS = Variant("Gracias", "", f"<p>Gracias {Place.ADDRESS}</p>", f"Gracias {Place.ADDRESS}\n", "")
PRESS = replace(DONORS, subject="Prensa")


@pytest.mark.parametrize(
    ("tags", "subject"),
    [
        ((), "A todos"),
        (("friend",), "A todos"),
        (("donor",), "Gracias"),
        (("press", "donor"), "Gracias"),
        (("press",), "Prensa"),
        (("staff",), "A todos"),
    ],
)
def test_a_reader_gets_the_words_for_the_first_audience_of_the_config(tags: tuple[str, ...], subject: str) -> None:
    audiences = tuple(Audience(tag=tag) for tag in ("donor", "press", "staff"))
    used = settings(appeal={"audiences": audiences})
    made = template(used, subject="A todos", audiences={"donor": DONORS, "press": PRESS})
    reader = replace(delivery().subscriber, tags=tags)

    read = parsed(made.fill(delivery(subscriber=reader)).content)

    assert read["Subject"] == subject
    assert ("Gracias bruno@example.org" in part(read, "plain")) == (subject != "A todos")


def test_the_newsletter_says_in_each_language_who_writes_and_who_reads_the_answer() -> None:
    used = newsletter(
        sender_name={"en": "The Organization", "es": "La Organización"}, reply_to="Cartas <letters@estuary.example.org>"
    )

    spanish, english = (parsed(template(used, language=one).fill(delivery()).content) for one in ("es", "en"))

    assert spanish["From"] == "La Organización <newsletter@estuary.example.org>"
    assert english["From"] == "The Organization <newsletter@estuary.example.org>"
    assert spanish["Reply-To"] == "Cartas <letters@estuary.example.org>"
    assert spanish["List-Owner"] == "<mailto:desk@estuary.example.org>"
    assert "mailto:desk@estuary.example.org?subject=leave" in str(spanish["List-Unsubscribe"])
