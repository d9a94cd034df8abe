import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import markup
from publisher.collect.tails import cut

URL = "https://estuary.example.org/port-audit/"
TITLE = "Port audit"
TEXT = "<p>Forty pages are gone.</p>"
WAY_BACK = f'<a href="{URL}?utm_source=rss">Weiterlesen</a>'


@pytest.mark.parametrize(
    "tail",
    [
        f'<p>L\'articolo <a href="{URL}">Port audit</a> proviene da <a href="https://il.example.org">Il Molo</a>.</p>',
        f'<p>L\'articolo <a href="{URL}">Port Ã©</a> proviene da <a href="https://estuary.example.org">Il Molo</a></p>',
        f'<hr><p><a href="{URL}">Port audit</a> was originally published in <a href="https://medium.example.org/desk">Desk'
        "</a> on Medium, where people are continuing the conversation by highlighting and responding to it.</p>",
        f"<p>{WAY_BACK}</p>",
        f"<div><p>{WAY_BACK}</p></div>\n",
        f"<br>{WAY_BACK}&nbsp;",
        '<div><a href="http://feeds.example.org/~ff/desk"><img src="http://feeds.example.org/~ff/d" alt=""></a></div>',
        '<img src="https://pixel.wp.com/b.gif?post=1" alt="">',
        "<p></p><p>&nbsp;</p><div><p><br></p></div>",
    ],
)
def test_what_software_hangs_on_the_end_goes(tail: str) -> None:
    assert cut(TEXT + tail, URL, TITLE) == TEXT


def test_a_way_back_inside_the_last_paragraph_leaves_the_paragraph() -> None:
    assert cut(f"<p>Forty pages are gone.&nbsp;{WAY_BACK}</p>", URL, TITLE) == TEXT


@pytest.mark.parametrize(
    "body",
    [
        '<p>Forty pages are gone, <a href="https://other.example.org/">says the judge</a></p>',
        f'<p><a href="{URL}"><img src="https://estuary.example.org/a.jpg" alt="The port"></a></p>',
        f'<p>The <a href="{URL}">first part</a> of this report told the story.</p>{TEXT}',
        f'<p>Read <a href="{URL}">another name</a> and <a href="https://other.example.org/">more</a> there.</p>',
        '<p>Forty<br>pages <em>are</em> gone<img src="https://estuary.example.org/wp.com/a.jpg" alt=""></p>',
    ],
)
def test_what_the_newsroom_wrote_stays(body: str) -> None:
    assert cut(body, URL, TITLE) == body


PIECES = st.lists(
    st.sampled_from(
        [TEXT, WAY_BACK, "<p>", "</p>", "<div>", "words", "&nbsp;", "<br>", "<li>", " ", f"<p>{WAY_BACK}</p>"]
    )
)


@given(PIECES)
def test_cutting_leaves_clean_html(pieces: list[str]) -> None:
    rest = cut(markup.clean("".join(pieces), URL), URL, TITLE)

    assert markup.clean(rest, URL) == rest


@pytest.mark.parametrize("piece", ["<p>", f"<p>{WAY_BACK}", "<a href='/~ff/'>", "&nbsp; ", "<div><em>"])
def test_any_body_is_read_in_bounded_work(piece: str) -> None:
    body = markup.clean(piece * 20_000, URL)

    assert len(cut(body, URL, TITLE)) <= len(body)
