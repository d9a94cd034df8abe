import re
from email.header import decode_header, make_header
from email.message import EmailMessage

from hypothesis import example, given
from hypothesis import strategies as st

from publisher.deliver import header
from publisher.deliver.address import Address
from tests.deliver.samples import parsed

BRUNO = Address("bruno", "example.org")
INJECTIONS = (
    "Bruno\r\nBcc: all@example.org",
    "Bruno\nBcc: all@example.org",
    "Bruno\rBcc: all@example.org",
    "=?utf-8?q?Bruno=0D=0ABcc:_all@example.org?=",
    "=?utf-8?b?QQ0KQmNjOiB4?=",
    'Bruno" <bruno@example.org>, "Eve',
    "Bruno <eve@example.org>",
    "Bruno, Ana; (not a comment",
    "\x00\x0b\x0c\x1c\x85\u2028\u2029Bcc: x",
    "a" * 3000,
    "ü" * 1000,
    "字" * 500,
    "Díaz, Bruno 😀",
    "\udc80 a lone surrogate",
    '"Bruno"',
    "back\\slash",
)
texts = st.one_of(
    st.text(), st.sampled_from(INJECTIONS), st.text(alphabet='=?utf8qQbB_\r\n\0 \t"\\<>,:;()@é字a', max_size=200)
)


def meant(text: str) -> str:
    """What a reader must see: the text on one line."""
    return header.one_line(text.encode("utf-8", "replace").decode())


def name_in(read: EmailMessage) -> str:
    """Give the name in To. CPython 3.11 loses and adds spaces in encoded names; its older reader does not."""
    name = str(read["To"].addresses[0].display_name)
    written = dict(read.raw_items())["To"]
    if "=?" in written:
        name = str(make_header(decode_header(written.rpartition("<")[0].strip())))
    return name


def each_line(written: str) -> list[str]:
    assert written.endswith("\r\n")
    lines = written.removesuffix("\r\n").split("\r\n")
    assert not re.search(r"[\r\n\0]", "".join(lines))
    return lines


@given(texts)
def test_a_subject_reads_as_it_was_meant(text: str) -> None:
    read = parsed(header.text("Subject", text).encode("ascii") + b"\r\n")

    assert read.keys() == ["Subject"]
    assert read["Subject"] == meant(text)


@given(texts)
def test_a_name_reads_as_it_was_meant_and_the_address_stays(text: str) -> None:
    read = parsed(header.mailbox("To", text, BRUNO).encode("ascii") + b"\r\n")

    (mailbox,) = read["To"].addresses
    assert read.keys() == ["To"]
    assert (name_in(read), mailbox.addr_spec) == (meant(text), "bruno@example.org")


@given(texts)
def test_no_value_ends_its_line(text: str) -> None:
    for written in (header.text("Subject", text), header.mailbox("Reply-To", text, BRUNO)):
        first, *others = each_line(written)
        assert re.match(r"(Subject|Reply-To): ", first)
        assert all(line.startswith(" ") and line.strip() for line in others)


@given(texts)
def test_encoded_words_keep_to_their_line(text: str) -> None:
    for line in each_line(header.text("Subject", text)) + each_line(header.mailbox("To", text, BRUNO)):
        assert len(line) <= 76
        assert all(len(word) <= 75 for word in re.findall(r"=\?.*?\?=", line))


@given(texts)
@example("=?utf-8?q?x?=")
@example("=?")
def test_a_literal_encoded_word_is_never_written_as_it_stands(text: str) -> None:
    written = header.text("Subject", text) + header.mailbox("To", text, BRUNO)

    words = re.findall(r"=\?utf-8\?[qb]\?[!->@-~]+\?=", written)
    assert "=?" not in "".join(re.split(r"=\?utf-8\?[qb]\?[!->@-~]+\?=", written))
    assert bool(words) == (written.count("=?") > 0)


@given(
    st.lists(
        st.from_regex(r"https://[a-z]{1,20}\.example/[A-Za-z0-9_.-]{0,850}", fullmatch=True), min_size=1, max_size=3
    )
)
def test_urls_stay_whole_and_literal(urls: list[str]) -> None:
    written = header.urls("List-Unsubscribe", *urls)

    unfolded = written.replace("\r\n ", " ").strip()
    assert unfolded == "List-Unsubscribe: " + ", ".join(f"<{url}>" for url in urls)
    assert all(len(line) <= 998 for line in each_line(written))


def test_plain_text_stays_readable() -> None:
    assert header.text("Subject", "The week") == "Subject: The week\r\n"
    assert header.mailbox("From", "The Desk, daily", BRUNO) == 'From: "The Desk, daily" <bruno@example.org>\r\n'
    assert header.mailbox("To", " ", BRUNO) == "To: <bruno@example.org>\r\n"
