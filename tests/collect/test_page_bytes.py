"""Any bytes are read in bounded work, in their own encoding, and never raise."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher import markup
from publisher.collect.page import article, source
from publisher.fetch import Response
from publisher.model import Article, Skipped
from tests.collect.article_pages import FIRST, NEWSROOM, NOW, SOURCE, STORY, TITLE, URL, found, page, sample

WORDS = "El señor Núñez — “¿dónde?” — canción"


@pytest.mark.parametrize(
    ("encoding", "declared", "announced"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", "text/html; charset=ISO-8859-1"),
        ("utf-8-sig", "iso-8859-1", ""),
        ("utf-16", "", ""),
        ("utf-16-le", "", "text/html; charset=utf-16le"),
        ("windows-1252", "", ""),
        ("windows-1252", "iso-8859-1", ""),
        ("windows-1252", "utf-8", ""),
        ("windows-1252", "", "text/html; charset=windows-1252"),
        ("windows-1252", "punycode", ""),
    ],
)
def test_a_page_is_read_in_its_encoding(encoding: str, declared: str, announced: str) -> None:
    html = page(title=WORDS, head=f'<meta charset="{declared}">' if declared else "")

    assert found(html.encode(encoding), headers={"content-type": announced} if announced else {}).title == WORDS


def test_letters_cut_in_half_cost_themselves() -> None:
    html = page(body=f"<p>{WORDS}: canción: {FIRST}</p>").encode().replace("ó".encode() + b"n:", b"\xc3n:")

    assert "canci\ufffdn" in found(html).body


@pytest.mark.parametrize("charset", ["gb2312", "euc-kr", "shift_jis", "koi8-r", "big5"])
def test_other_encodings_are_read_as_browsers_do(charset: str) -> None:
    word = {"gb2312": "港口", "euc-kr": "항구", "shift_jis": "港です", "koi8-r": "порт", "big5": "港口"}[charset]
    body = page(title=word, head=f'<meta http-equiv="content-type" content="text/html; charset={charset}">').encode(
        charset
    )

    assert found(body).title == word


def read(body: bytes) -> Article | Skipped:
    return article.read(Response(URL, 200, {}, body), SOURCE, NEWSROOM, NOW)


def is_sound(read_: Article | Skipped) -> bool:
    if isinstance(read_, Skipped):
        return "tell whoever keeps this program" not in read_.reason
    return markup.clean(read_.body, URL) == read_.body and "\n" not in read_.title


@given(st.binary(max_size=2000))
def test_no_bytes_raise(body: bytes) -> None:
    assert is_sound(read(body))


PLAIN, STRUCTURED = sample("page-plain.html"), sample("page-json-ld.html")
ODD = "<p> </p> <div > \" <script> <!-- </article> <table> { &#x1; &#55296; <h1> <base\thref='http://['> \0 \U00013000"
TOKENS = [b"\xff", b"<p>" * 50, *(token.encode() for token in ODD.split(" "))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from([PLAIN, STRUCTURED]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 40), st.sampled_from(TOKENS)), max_size=8),
)
def test_no_page_however_broken_raises(body: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    for place, gone, token in edits:
        body = body[:place] + token + body[place + gone :]

    assert is_sound(read(body))


def test_scripts_styles_and_comments_are_no_text_whatever_is_in_them() -> None:
    hidden = (
        "<script>'<p>one</p>' < 2</script><style>p::after{content:'two'}</style>"
        "<!-- <p>three</p> --><svg><text>four</text></svg>"
    )
    body = found(page(body=STORY.replace("</p><p>", f"</p>{hidden}<p>", 1))).body

    assert body == found(page()).body


@pytest.mark.parametrize(
    "flood",
    ["<div>" * 50_000, "<p>" * 50_000, f"<p {' '.join(f'a{n}' for n in range(20_000))}>", "<a b='", "word " * 500_000],
)
def test_a_flood_is_cut_and_what_stood_before_it_is_read(flood: str) -> None:
    assert found(page(body=STORY + flood)).title == TITLE


def test_a_tag_with_more_attributes_than_anybody_writes_loses_them() -> None:
    attributes = " ".join(f"a{number}='<'" for number in range(500))
    html = f"<p {attributes}>x</p>"

    assert source.read(Response(URL, 200, {}, html.encode())).html == "<p>x</p>"


def test_letters_that_serve_as_marks_may_stand_in_a_text() -> None:
    assert "\U00013000" in found(page(body=STORY.replace("forty", "\U00013000 forty"))).body


def test_an_encoding_that_only_the_xml_declaration_names_is_the_pages() -> None:
    html = f'<?xml version="1.0" encoding="iso-8859-15"?>{page(body=STORY.replace("cement", "3.000 €"))}'

    assert "3.000 €" in found(html.encode("iso-8859-15"), headers={"content-type": "application/xhtml+xml"}).body
