import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher import markup

PAGE = "https://estuary.example.org/2026/11/ports/"

NAMES = "p div b a ul li table tr td pre img iframe noscript form svg math style script font button x"
_names = st.sampled_from(NAMES.split())
_tag = st.one_of(
    _names.map(lambda name: f"<{name}>"),
    _names.map(lambda name: f"</{name}>"),
    st.sampled_from(
        [
            '<a href="/x?a=1&amp;b=2">',
            '<img data-src="a.jpg" width=1>',
            '<img srcset="a 1x, b 2x">',
            "<!--",
            "<![CDATA[",
        ]
    ),
)
_soup = st.lists(
    st.one_of(_tag, st.text(max_size=5), st.sampled_from(["&amp;lt;", "&#0;", "\n\n", "\ud800"])), max_size=25
)
soup = _soup.map("".join)


@given(soup)
@example("<pre>\n\n\n\n\n\n\n\n\n\n\n\nx")
@example("<b>" * 600 + "<div>" * 600)
def test_cleaning_what_is_clean_changes_nothing(html: str) -> None:
    once = markup.clean(html, PAGE)

    assert markup.clean(once, PAGE) == once


@given(soup)
def test_nothing_that_runs_comes_through(html: str) -> None:
    safe = markup.clean(html, PAGE)

    assert not re.search(r"<(script|style|form|iframe|svg|math|button|x)\b", safe)


@given(st.text(alphabet=st.characters()) | soup)
def test_any_text_can_be_read_and_gives_what_xml_allows(html: str) -> None:
    for plain in (markup.text(html), markup.line(html), markup.first_paragraph(html), markup.valid_xml(html)):
        assert plain == markup.valid_xml(plain)
    assert "\n" not in markup.line(html)


@given(st.text(alphabet=string.ascii_letters + "<>&\"' ;", max_size=40), st.text(max_size=20))
def test_any_base_is_borne(html: str, base_url: str) -> None:
    assert isinstance(markup.clean(f'<a href="x">{html}</a>', base_url), str)


@pytest.mark.parametrize(
    ("given_html", "safe"),
    [
        ('<p onclick="x()" class="lead">Ports</p>', "<p>Ports</p>"),
        ("<p>Ports<script>steal()</script></p>", "<p>Ports</p>"),
        ("<style>p{}</style><p>Ports</p>", "<p>Ports</p>"),
        ("<form><p>Your mail</p><input></form><p>Ports</p>", "<p>Ports</p>"),
        ('<a href="javascript:steal()">Ports</a>', "<a>Ports</a>"),
        ('<a href="java\nscript:steal()">Ports</a>', "<a>Ports</a>"),
        ('<a href="/ports">Ports</a>', '<a href="https://estuary.example.org/ports">Ports</a>'),
        ('<a href="//ports.example/">Ports</a>', '<a href="https://ports.example/">Ports</a>'),
        ('<a href="mailto:ana@example.org">Ana</a>', '<a href="mailto:ana@example.org">Ana</a>'),
        ("<p>A &amp;amp; B</p>", "<p>A &amp;amp; B</p>"),
        ("<p>bell\x07 and \ud800</p>", "<p>bell and </p>"),
    ],
)
def test_what_is_safe_stays_and_nothing_else(given_html: str, safe: str) -> None:
    assert markup.clean(given_html, PAGE) == safe


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ('<iframe src="https://video.example/1" title="The port at night"></iframe>', "The port at night"),
        ('<iframe src="https://video.example/1"></iframe>', "video.example"),
        ('<iframe data-src="https://video.example/1" src="about:blank"></iframe>', "video.example"),
        ('<video controls><source src="https://video.example/1">no video</video>', "video.example"),
    ],
)
def test_an_embedded_frame_becomes_a_link(frame: str, words: str) -> None:
    assert markup.links(markup.clean(frame, PAGE)) == [("https://video.example/1", words)]


@pytest.mark.parametrize(
    "image",
    [
        '<img src="data:image/gif;base64,R0lG" data-src="/port.jpg">',
        '<img src="/blank.gif" data-lazy-src="/port.jpg">',
        '<img srcset="/small.jpg 300w, /port.jpg 1200w">',
        '<img src="/blank.gif" data-srcset="/port.jpg 2x, /small.jpg 1x">',
        '<img src="data:image/gif;base64,R0lG"><noscript>Turn it on! <img src="/port.jpg"></noscript>',
        '<img data-src="/port.jpg"><noscript><img src="/port.jpg"></noscript>',
    ],
)
def test_a_lazy_image_gets_its_real_source(image: str) -> None:
    assert markup.clean(image, PAGE) == '<img src="https://estuary.example.org/port.jpg" alt="">'


@pytest.mark.parametrize(
    "pixel",
    [
        '<img src="https://count.example/p.gif" width="1" height="1">',
        '<img src="https://count.example/p.gif" height="1px">',
        '<img src="https://count.example/p.gif" style="display: none">',
        '<noscript><img height="1" width="1" src="https://count.example/p.gif"></noscript>',
    ],
)
def test_a_tracking_pixel_goes(pixel: str) -> None:
    assert markup.clean(f"<p>Ports{pixel}</p>", PAGE) == "<p>Ports</p>"


def test_a_picture_keeps_its_size_and_its_words() -> None:
    image = '<img src="/a.jpg" alt="Cranes &quot;at&quot; dusk" width="640px" height="100%" class="big">'

    assert markup.clean(image, PAGE) == (
        '<img src="https://estuary.example.org/a.jpg" alt="Cranes &quot;at&quot; dusk" width="640" height="100">'
    )


def test_text_has_a_blank_line_between_paragraphs_and_a_dash_before_items() -> None:
    html = "<h2>Ports</h2><p>One<br>two &amp; three</p><ul><li><p>first</p></li><li>second</li></ul>"

    assert markup.text(html) == "Ports\n\nOne\ntwo & three\n\n- first\n\n- second"


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("A &amp; B <em>x</em>", "A & B x"),
        ("Sub<b>way</b>\n lines", "Subway lines"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("A &amp;amp; B", "A &amp; B"),
        ("Ports<script>steal()</script>", "Ports"),
        ("One<br>two", "One two"),
    ],
)
def test_a_title_becomes_one_line_of_plain_text(title: str, plain: str) -> None:
    assert markup.line(title) == plain


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p> &nbsp;</p><p><img src=a></p><p>The <b>port</b> closed.</p><p>Later</p>", "The port closed."),
        ("<h2>Ports</h2><figure><figcaption>A crane</figcaption></figure><p>It closed.</p>", "It closed."),
        ("Bare words<br>and more", "Bare words and more"),
        ("<h2>Only a heading</h2>", "Only a heading"),
        ("", ""),
    ],
)
def test_the_first_paragraph_is_the_first_with_words(html: str, words: str) -> None:
    assert markup.first_paragraph(html) == words


def test_nesting_without_bottom_keeps_its_words() -> None:
    assert markup.text(markup.clean("<div>" * 50_000 + "ports", PAGE)) == "ports"
