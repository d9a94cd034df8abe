import html
import re
from datetime import timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from publisher import tokens
from publisher.compose.view import view
from publisher.deliver import header
from publisher.deliver.return_path import read_return_path
from publisher.errors import UnreadableInput
from publisher.model import Edits, Place
from tests.deliver.samples import KEY, NOW, SECRET, delivery, issue, mail, parsed, settings, template
from tests.deliver.test_header import texts

BASE = "https://news.estuary.example.org"
OURS = [
    "Archived-At",
    "Content-Language",
    "Content-Type",
    "Date",
    "Feedback-ID",
    "From",
    "List-Archive",
    "List-Help",
    "List-Id",
    "List-Owner",
    "List-Post",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
]

bodies = st.text(st.characters(codec="utf-8", exclude_characters="\r\0")).filter(lambda text: "xPLACEx" not in text)


def part(read: EmailMessage, subtype: str) -> str:
    found = read.get_body((subtype,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def raw(content: bytes, name: str) -> list[str]:
    """Give the fields of a name as they are written, unfolded."""
    head = content.partition(b"\r\n\r\n")[0].decode().replace("\r\n ", " ")
    return [line.partition(": ")[2] for line in head.split("\r\n") if line.startswith(f"{name}: ")]


def test_each_field_of_ours_is_there_once_and_no_other() -> None:
    assert sorted(parsed(mail().content).keys()) == OURS


def test_the_fields_say_what_the_standard_wants() -> None:
    read = parsed(mail("bruno@example.org", "Bruno Díaz").content)

    assert read["From"] == "The Estuary Desk <newsletter@estuary.example.org>"
    assert read["Reply-To"] == "The Estuary Desk <desk@estuary.example.org>"
    assert read["To"] == "Bruno Díaz <bruno@example.org>"
    assert read["Subject"] == "Cuarenta lanchas salieron del registro"
    assert read["Date"].datetime == NOW
    assert read["Message-ID"] == "<00000000000000000001@estuary.example.org>"
    assert read["Content-Language"] == "es"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["List-Archive"] == f"<{BASE}/feeds/>"
    assert read["List-Help"] == "<mailto:desk@estuary.example.org?subject=help>"
    assert read["List-Owner"] == "<mailto:desk@estuary.example.org>"
    assert read["List-Post"] == "NO"
    assert read["Archived-At"] == f"<{BASE}/issues/the-organization/es/2026-W47>"
    assert read["MIME-Version"] == "1.0"


def test_the_list_is_the_same_for_every_issue_in_every_language() -> None:
    spanish, english = mail(), mail(language="en", number=2, period=issue().period)

    identities = {parsed(one.content)["List-Id"] for one in (spanish, english)}

    assert identities == {'"The Organization" <the-organization.estuary.example.org>'}


def test_one_link_leads_out_in_header_html_and_text() -> None:
    read = parsed(mail(number=5).content)
    token = tokens.leave_token(5, "the-organization", SECRET)
    url = f"{BASE}/leave/{token}"

    https, mailto = str(read["List-Unsubscribe"]).split(", ")
    assert https == f"<{url}>"
    assert mailto == f"<mailto:desk@estuary.example.org?subject=leave%20{token}>"
    assert f'href="{url}"' in part(read, "html")
    assert f"\n{url}\n" in part(read, "plain")


def test_the_web_copy_has_one_address() -> None:
    used, made = settings(), issue()
    seen = view((), used, used.newsletters[0], made.language, made.period, made.number, NOW, Edits(), made.kind, "")

    assert raw(mail().content, "Archived-At") == [f"<{seen.web_url}>"]


def test_feedback_is_counted_by_issue_and_never_by_person() -> None:
    fields = {raw(mail(f"reader{number}@example.org", number=number).content, "Feedback-ID")[0] for number in (1, 2)}

    assert fields == {"2026-W47-es:the-organization:digest:estuary-example"}


@pytest.mark.parametrize(
    ("sender", "last"),
    [("a@x.io", "x-io-mail"), ("a@news.example.org", "news-example-or"), ("a@bücher.example", "xn--bcher-kva-e")],
)
def test_the_sender_of_the_feedback_keeps_to_its_length(sender: str, last: str) -> None:
    used = template(settings(delivery={"sender": sender}))

    (written,) = raw(used.fill(delivery()).content, "Feedback-ID")

    assert written.split(":")[3] == last
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", field) for field in written.split(":"))


def test_text_comes_first_and_both_parts_read_as_composed() -> None:
    read = parsed(mail().content)

    assert [one.get_content_type() for one in read.iter_parts()] == ["text/plain", "text/html"]
    assert part(read, "plain").startswith("La flota\n\n-- \nPara bruno@example.org, que se suscribió.\n")
    assert part(read, "html").startswith('<!doctype html>\n<html lang="es">')
    assert all("Content-Language" not in one for one in read.iter_parts())


def test_an_address_is_escaped_in_html_and_plain_in_text() -> None:
    read = parsed(mail("o'hara&sons@example.org").content)

    assert "Para o&#x27;hara&amp;sons@example.org:" in part(read, "html")
    assert "Para o'hara&sons@example.org," in part(read, "plain")
    assert read["To"].addresses[0].addr_spec == "o'hara&sons@example.org"


def test_no_place_stays_empty() -> None:
    content = mail().content

    assert Place.LEAVE_URL.encode() not in content
    assert Place.ADDRESS.encode() not in content


def test_the_return_path_names_the_delivery() -> None:
    made = template().fill(delivery(key=KEY))

    assert re.fullmatch(r"bounces\+[a-z2-7]{32}@estuary\.example\.org", made.sender)
    assert read_return_path(made.sender, SECRET) == KEY
    assert made.key == KEY


def test_a_second_try_is_the_same_octets() -> None:
    first = template().fill(delivery(attempts=1))
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))

    assert template().fill(delivery(attempts=2, created=elsewhere)) == first


def test_two_deliveries_are_two_messages() -> None:
    first, second = (parsed(mail(number=number).content) for number in (1, 2))

    assert first["Message-ID"] != second["Message-ID"]


@given(name=texts, subject=texts, title=texts, publication=texts)
def test_nothing_from_outside_adds_a_field(name: str, subject: str, title: str, publication: str) -> None:
    used = settings()
    newsletter = used.newsletters[0].model_copy(update={"title": {"": title}})
    label = header.one_line(re.sub(r"[<>@]", "", publication))
    used = used.model_copy(update={"newsletters": (newsletter,)})
    used = used.model_copy(
        update={"delivery": used.delivery.model_copy(update={"sender": f"{label} <desk@example.org>"})}
    )

    content = template(used, subject=subject).fill(delivery(name=name)).content

    read = parsed(content)
    assert sorted(read.keys()) == OURS
    assert read["From"].addresses[0].addr_spec == "desk@example.org"
    assert read["Subject"] == header.one_line(subject.encode("utf-8", "replace").decode())


@given(html_text=bodies, plain=bodies, subject=texts, name=texts)
def test_every_message_is_7_bit_in_short_lines_with_crlf(html_text: str, plain: str, subject: str, name: str) -> None:
    content = mail(name=name, html=html_text, text=plain, subject=subject).content

    assert content.isascii()
    assert content.endswith(b"--\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 998 and not re.search(rb"[\r\n\0]", line) for line in lines)
    read = parsed(content)
    assert part(read, "plain") == plain
    assert part(read, "html") == html_text


PLACES = (Place.ADDRESS, Place.LEAVE_URL, Place.PREFERENCES_URL, Place.HELPFUL_URL, Place.GREETING)
beside_places = st.lists(
    st.sampled_from([*PLACES, ".", "..", "\n.", "\n", "=", " ", "a" * 37, "a" * 74, "a" * 75, "é", "字" * 30])
).map("".join)


@hypothesis_settings(max_examples=60)
@given(text=beside_places, name=texts, length=st.integers(1, 63))
def test_no_line_begins_with_a_dot_wherever_the_places_are(text: str, name: str, length: int) -> None:
    used = settings(web={"base_url": f"https://{'n' * length}.{'e' * length}.example.org"})
    made = template(used, html=text, text=text).fill(delivery(email="a.b.c@example.org", name=name))

    assert not made.may_be_dotted
    assert b"\r\n." not in made.content
    assert all(len(line) <= 998 for line in made.content.split(b"\r\n"))
    for form, fill in (("plain", str), ("html", html.escape)):
        read = part(parsed(made.content), form)
        assert read.count(fill("a.b.c@example.org")) == text.count(Place.ADDRESS)
        assert not any(place in read for place in PLACES)


def test_a_long_site_address_still_gives_a_link_that_works() -> None:
    base = "https://news.example.org/" + "a" * 400
    read = mail_of(base)

    (written,) = raw(read, "List-Unsubscribe")
    assert written.startswith(f"<{base}/leave/")
    assert "=?" not in written


def test_a_local_part_that_is_not_ascii_is_written_as_it_is() -> None:
    made = mail("josé@example.org")

    assert made.needs_utf8
    assert raw(made.content, "To") == ['"Bruno" <josé@example.org>']
    assert not mail("jose@example.org").needs_utf8


def test_a_domain_that_is_not_ascii_is_written_as_dns_knows_it() -> None:
    made = mail("bruno@straße.de")

    assert made.recipient == "bruno@xn--strae-oqa.de"
    assert parsed(made.content)["To"].addresses[0].addr_spec == made.recipient
    assert "bruno@straße.de" in part(parsed(made.content), "plain")


def test_an_address_that_is_none_makes_no_message() -> None:
    with pytest.raises(UnreadableInput):
        mail("bruno\r\nBcc: all@example.org")


def test_a_link_with_an_ampersand_is_escaped_in_html() -> None:
    content = mail_of("https://news.example.org/a&b")

    link = html.escape("https://news.example.org/a&b/leave/")
    assert f'href="{link}' in part(parsed(content), "html")


def mail_of(base_url: str) -> bytes:
    return template(settings(web={"base_url": base_url})).fill(delivery()).content
