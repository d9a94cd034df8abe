"""What belongs to the text of a page, and what only stands beside it."""

import pytest

from publisher import markup
from publisher.collect.page import clutter
from tests.collect.article_pages import FIRST, LAST, SECOND, STORY, TITLE, found, page

HOME = "https://estuary.example.org"


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="share-buttons"><p>Share this story with the people you know and like</p></div>',
        '<div class="related-posts"><h4><a href="/news/other-story/">The other story of the same bridge</a></h4></div>',
        '<div class="newsletter-signup"><p>Get the news of the estuary in your inbox every Friday.</p></div>',
        "<aside><p>A box with a few words on the history of the bridge and of the town behind it.</p></aside>",
        '<div style="display: none"><p>A copy of the text for machines that nobody is to see.</p></div>',
        "<p>DONATE</p>",
        "<p>Advertisement</p>",
        "<p>Suscríbete</p>",
        "<p>Haz una donación y apoya el periodismo del estuario, que no tiene otro dueño que sus lectores.</p>",
        "<div><h4>Support The Estuary Desk</h4><p>We live on little gifts.</p><a href='/give/'>Donate</a></div>",
        '<figure><img src="/a/o.jpg"><figcaption><a href="/news/brief/other/">Other</a></figcaption></figure>',
        f"<h2>{TITLE}</h2>",
        "<form><p>Write to us</p><button>Send</button></form>",
    ],
)
def test_a_box_inside_the_text_goes_and_the_text_around_it_stays(beside: str) -> None:
    body = found(page(body=f"<p>{FIRST}</p>{beside}<p>{SECOND}</p><p>{LAST}</p>")).body

    assert markup.text(body) == "\n\n".join([FIRST, SECOND, LAST])


@pytest.mark.parametrize(
    "end",
    [
        "<p>Was this content helpful?</p>",
        "<p>¿Te resultó útil este contenido?</p>",
        "<p>Este conteúdo foi útil para você?</p>",
        "<h3>Related articles</h3><p>The Bridge That Closed, and what became of the men who built it…</p>",
        "<h3>About the author</h3><p>Carla Montes writes about ports and rivers and lives beside one of them.</p>",
        "<p>Los lectores pueden copiar y distribuir nuestro trabajo con fines no comerciales, con atribución.</p>",
        "<p>Nos textes peuvent être copiés et distribués à des fins non commerciales.</p>",
        '<p>Republish this article</p><p>It is licensed under <a href="/by-nd/">Creative Commons</a>.</p>',
        "<p>© 2026 The Estuary Desk. All rights reserved.</p>",
        "<h2>3 Comments</h2><p>Bruno says that he will cross the estuary by night himself one of these days.</p>",
    ],
)
def test_what_follows_a_text_is_no_part_of_it(end: str) -> None:
    assert markup.text(found(page(body=STORY + end)).body).endswith(LAST)


@pytest.mark.parametrize(
    "words",
    [
        "The court held that the ferry men may copy the lists, and share them for non-commercial use.",
        "Was this helpful? Nobody asked the pilots, who had been on the river for thirty years before the bridge came.",
        "Donate, she said, or leave: the church of the ferrymen is poor.",
        "What do you think?",
        "“We need you to support our work,” the harbour master told the pilots, “or the boats will stay here.”",
        "¿Qué opina usted de la ley?",
        "Related content is what the court calls the letters found on board.",
        "The comments of the mayor were not recorded.",
    ],
)
def test_a_sentence_of_the_text_is_no_clutter(words: str) -> None:
    assert not clutter.is_box(words)
    assert not clutter.is_end(words)


@pytest.mark.parametrize(
    "kept",
    [
        '<p class="meta slide">A paragraph with a class that looks odd, and that belongs to the text all the same.</p>',
        '<blockquote class="embed"><p>The river asks no questions, as long as the fare is paid.</p></blockquote>',
        "<ul><li>Boats with papers: nine of the forty</li><li>Boats without papers: the other thirty-one</li></ul>",
        "<h2>What the harbour office says</h2>",
        "<pre>week 45   40 boats</pre>",
    ],
)
def test_nothing_of_the_text_is_lost(kept: str) -> None:
    body = markup.text(found(page(body=f"<p>{FIRST}</p>{kept}<p>{SECOND}</p><p>{LAST}</p>")).body)

    assert markup.text(kept).strip("- ") in body
    assert body.startswith(FIRST)


@pytest.mark.parametrize(
    ("picture", "source"),
    [
        ('<img src="data:image/gif;base64,R0" data-src="/a/boat.jpg">', "/a/boat.jpg"),
        ('<img src="x.gif" srcset="/a/boat.jpg 300w" data-lazy-src="/a/big.jpg">', "/a/big.jpg"),
        ('<noscript><img src="/a/boat.jpg"></noscript>', "/a/boat.jpg"),
        ('<picture><source srcset="/a/boat.webp 1x"><img src="data:,"></picture>', "/a/boat.webp"),
        ('<a href="/a/boat-full.jpg"><img src="/a/boat.jpg"></a>', "/a/boat.jpg"),
    ],
)
def test_a_picture_in_the_text_has_its_real_address_and_its_caption(picture: str, source: str) -> None:
    figure = f"<figure>{picture}<figcaption>A boat without lights</figcaption></figure>"
    read = found(page(body=f"<p>{FIRST}</p>{figure}<p>{SECOND}</p><p>{LAST}</p>"))

    assert [(image.url, image.caption) for image in read.images] == [(HOME + source, "A boat without lights")]
    assert read.body.count("A boat without lights") == 1


def test_the_picture_above_the_text_is_the_articles_and_not_in_its_body() -> None:
    figure = '<figure><img src="/a/boat.jpg" width="800"><figcaption>A boat. Photo: Bruno Díaz</figcaption></figure>'
    read = found(page(body=figure + STORY))

    assert read.image
    assert (read.image.url, read.image.caption, read.image.credit) == (
        f"{HOME}/a/boat.jpg",
        "A boat. Photo: Bruno Díaz",
        "Bruno Díaz",
    )
    assert read.images == ()


def test_a_picture_that_leads_to_another_article_is_none_of_the_text() -> None:
    card = '<div><a href="/news/brief/other-story/"><img src="/a/other.jpg"></a></div>'

    assert found(page(body=f"<p>{FIRST}</p>{card}<p>{SECOND}</p><p>{LAST}</p>")).images == ()


def test_relative_links_count_from_the_base_that_the_page_names() -> None:
    body = STORY.replace("forty boats", '<a href="count.pdf">forty boats</a>')

    assert (
        f'<a href="{HOME}/files/count.pdf">forty boats</a>' in found(page(body=body, head='<base href="/files/">')).body
    )


def test_bare_words_between_line_breaks_are_paragraphs_too() -> None:
    body = found(page(body=f"{FIRST}<br><br>{SECOND}<br><br>{LAST}")).body

    assert [words in markup.text(body) for words in (FIRST, SECOND, LAST)] == [True, True, True]


def test_a_long_report_is_whole() -> None:
    paragraphs = [f"Paragraph {number} of the report: {SECOND}" for number in range(300)]
    text = markup.text(found(page(body="".join(f"<p>{words}</p>" for words in paragraphs))).body)

    assert text.split("\n\n") == paragraphs


def test_a_box_of_related_articles_in_the_middle_does_not_end_the_text() -> None:
    box = '<h3>Related articles</h3><ul><li><a href="/news/brief/the-bridge/">The bridge that was closed</a></li></ul>'
    text = markup.text(found(page(body=f"<p>{FIRST}</p>{box}<p>{SECOND}</p><p>{LAST}</p><p>{FIRST} Again.</p>")).body)

    assert text.endswith("Again.")
    assert "Related" not in text


def test_a_text_that_stands_twice_for_two_sizes_of_screen_is_there_once_and_a_refrain_stays() -> None:
    twice = found(page(body=f'<div class="wide">{STORY}</div><div class="narrow">{STORY}</div>')).body
    refrain = found(page(body=f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p><p>{LAST}</p>")).body

    assert (twice.count(FIRST), refrain.count(FIRST)) == (1, 2)


def test_buttons_above_a_text_do_not_end_it() -> None:
    buttons = "".join(f"<p>{words}</p>" for words in ("Share", "Facebook", "Twitter", "WhatsApp", "Email", "Print"))

    assert markup.text(found(page(body=f"<p>{FIRST}</p>{buttons}<p>{SECOND}</p><p>{LAST}</p>")).body).endswith(LAST)


@pytest.mark.parametrize("element", ["h2", "div", "p"])
def test_the_line_between_title_and_text_is_text_where_it_is_the_summary(element: str) -> None:
    line = "Forty boats cross the water by night, and the port wants its share of each."
    shown = f'<{element} class="article-deck">{line}</{element}>'
    head = f'<meta property="og:description" content="{line}">'

    read = found(page(body=STORY, head=head).replace("</h1>", f"</h1>{shown}"))

    assert markup.text(read.body) == "\n\n".join([line, FIRST, SECOND, LAST])


def test_a_summary_that_the_page_does_not_show_is_no_text() -> None:
    read = found(page(head='<meta property="og:description" content="What forty boats carry by night.">'))

    assert read.summary == "What forty boats carry by night."
    assert markup.text(read.body) == "\n\n".join([FIRST, SECOND, LAST])


@pytest.mark.parametrize("around", ["{}", "<div>{}</div>"])
def test_pictures_with_captions_after_the_last_paragraph_are_part_of_the_text(around: str) -> None:
    pictures = "".join(
        f'<figure><img src="/a/{name}.jpg"><figcaption>The {name} by night</figcaption></figure>'
        for name in ("bow", "hull", "stern")
    )
    read = found(page(body=STORY + around.format(pictures)))

    assert [image.caption for image in read.images] == ["The bow by night", "The hull by night", "The stern by night"]


def test_the_paragraph_above_a_gallery_is_text() -> None:
    slides = "".join(
        f'<li><img src="/a/{number}.jpg"><div class="caption">Boat {number} as it left the pier that night.</div></li>'
        for number in range(12)
    )

    assert FIRST in found(page(body=f"<p>{FIRST}</p><div><ul>{slides}</ul></div>")).body


def test_the_line_that_is_called_a_caption_is_its_pictures() -> None:
    picture = '<div><img src="/a/landing.jpg" width="800"><p class="pie-de-foto">The landing. Photo: Dora Paz</p></div>'
    image = found(page(body=picture + STORY)).image

    assert image
    assert (image.caption, image.credit) == ("The landing. Photo: Dora Paz", "Dora Paz")


def test_a_date_below_the_standfirst_is_no_text() -> None:
    date = "<h3><time><span>9 of <span>November</span> of 2026</span><span>09/11/2026</span></time></h3>"

    assert markup.text(found(page(body=f"<p>{FIRST}</p>{date}<p>{SECOND}</p><p>{LAST}</p>")).body).count("2026") == 0
