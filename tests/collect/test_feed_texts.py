"""Texts, languages and pictures of entries."""

import pytest

from publisher.fetch import Door
from publisher.model import Image
from tests.collect.newsroom import AUDIT, LINK, FeedSite, read_item, run


def test_relative_links_count_from_the_page_of_the_article(feed: FeedSite, door: Door) -> None:
    body = "&lt;p&gt;&lt;a href='more'&gt;more&lt;/a&gt; &lt;img src='/pier.jpg' alt=''&gt;&lt;/p&gt;"
    article = read_item(feed, door, f"{AUDIT}<description>{body}</description>")

    assert article.body == f'<p><a href="{LINK}port-audit/more">more</a> <img src="{LINK}pier.jpg" alt=""></p>'


def test_the_longest_text_is_the_body(feed: FeedSite, door: Door) -> None:
    long = "<description>&lt;p&gt;The whole story of the port is told here, at length.&lt;/p&gt;</description>"
    article = read_item(feed, door, f"{AUDIT}{long}<content:encoded>In short.</content:encoded>")

    assert article.body == "<p>The whole story of the port is told here, at length.</p>"
    assert article.summary == "In short."


PIER = (
    '<media:content url="https://cdn.example.org/pier.jpg" medium="image" width="800" height="600">{}</media:content>'
)


def test_the_words_about_a_picture_are_no_words_of_the_article(feed: FeedSite, door: Door) -> None:
    said = '<media:description type="html">The pier at &lt;b&gt;dawn&lt;/b&gt;.</media:description>'
    credit = "<media:credit>Carla Montes</media:credit><media:title>pier.jpg</media:title>"
    article = read_item(feed, door, f"{AUDIT}{PIER.format(credit)}{said}<description>Gone.</description>")

    assert (article.body, article.summary) == ("<p>Gone.</p>", "")
    assert article.image == Image(
        "https://cdn.example.org/pier.jpg", "", "The pier at dawn.", "Carla Montes", None, 800, 600
    )


def test_a_caption_is_taken_where_there_is_one_picture(feed: FeedSite, door: Door) -> None:
    caption = "<media:description>The pier at dawn.</media:description>"
    one = read_item(feed, door, f"{AUDIT}<description>Gone.</description>{PIER.format(caption)}").image
    two = read_item(feed, door, f"{AUDIT}<description>Gone.</description>{PIER.format(caption)}{PIER.format('')}").image

    assert one
    assert two
    assert (one.caption, two.caption) == ("The pier at dawn.", "")


def test_of_two_photographers_none_is_named(feed: FeedSite, door: Door) -> None:
    named = [PIER.format(f"<media:credit>{name}</media:credit>") for name in ("Ana", "Bruno")]
    image = read_item(feed, door, AUDIT + "".join(named)).image

    assert image
    assert image.credit == ""


def test_a_feed_that_says_all_in_the_description_of_the_picture_has_a_body(feed: FeedSite, door: Door) -> None:
    description = f"<description>&lt;a href='{LINK}port-audit/'&gt;Leer&lt;/a&gt;</description>"
    article = read_item(feed, door, f"{AUDIT}{description}<media:description>Forty pages.</media:description>")

    assert article.body == "<p>Forty pages.</p>"


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ('<enclosure url="/pier.jpg" type="image/jpeg" length="1"/>', f"{LINK}pier.jpg"),
        ('<enclosure url="https://cdn.example.org/pier.webp" length="1"/>', "https://cdn.example.org/pier.webp"),
        ('<media:thumbnail url="https://cdn.example.org/small.jpg"/>', "https://cdn.example.org/small.jpg"),
        ('<enclosure url="https://cdn.example.org/a.mp3" type="audio/mpeg" length="1"/>', None),
        ('<enclosure url="javascript:alert(1)" type="image/jpeg" length="1"/>', None),
        ('<media:content url="https://cdn.example.org/dot.gif" medium="image" width="1" height="1"/>', None),
        ('<media:content url="https://cdn.example.org/a.mp4" medium="video"/>', None),
    ],
)
def test_a_picture_comes_from_wherever_the_feed_has_one(
    feed: FeedSite, door: Door, inner: str, url: str | None
) -> None:
    image = read_item(feed, door, AUDIT + inner).image

    assert (image and image.url) == url


def test_content_that_is_a_picture_is_no_text(feed: FeedSite, door: Door) -> None:
    feed.serves(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Port audit</title>'
        f'<link href="{LINK}a/"/><updated>2026-11-09T10:00:00Z</updated>'
        '<content type="image/png">iVBORw0KGgo=</content><summary>Gone.</summary></entry></feed>'
    )

    assert run(feed.source, door).only().body == "<p>Gone.</p>"


def test_a_byline_is_a_name_and_no_mail_address(feed: FeedSite, door: Door) -> None:
    assert read_item(feed, door, f"{AUDIT}<author>desk@example.org</author>").authors == ()


def test_a_retraction_is_marked_by_a_category(feed: FeedSite, door: Door) -> None:
    assert read_item(feed, door, f"{AUDIT}<category>Retracted</category>").retracted


@pytest.mark.parametrize(
    ("of_feed", "configured", "language"), [("es-MX", None, "es"), ("", "es", "es"), ("", None, "en")]
)
def test_the_language_is_that_of_the_feed_or_of_the_config(
    feed: FeedSite, door: Door, of_feed: str, configured: str | None, language: str
) -> None:
    feed.language = of_feed
    feed.publish("port-audit")

    assert run(feed.source.model_copy(update={"language": configured}), door).only().language == language


AVATAR = '<media:content url="https://0.gravatar.com/avatar/1?s=96" medium="image"/>'


def test_the_face_of_the_author_is_no_picture_of_the_article(feed: FeedSite, door: Door) -> None:
    caption = "<media:description>The pier at dawn.</media:description>"
    gone = "<description>Gone.</description>"
    pictured = read_item(feed, door, f"{AUDIT}{gone}{AVATAR}{PIER.format(caption)}").image

    assert read_item(feed, door, f"{AUDIT}{AVATAR}").image is None
    assert pictured
    assert pictured.caption == "The pier at dawn."


def test_a_small_thumbnail_gives_way_to_the_picture_that_it_was_cut_from(feed: FeedSite, door: Door) -> None:
    thumbnail = '<media:thumbnail url="https://cdn.example.org/s72/pier.jpg" width="72" height="72"/>'
    inside = f"<description>&lt;img src='{LINK}pier.jpg' width='320'&gt; Gone.</description>"

    assert read_item(feed, door, f"{AUDIT}{thumbnail}{inside}").image == Image(f"{LINK}pier.jpg", width=320)
    assert read_item(feed, door, f"{AUDIT}{thumbnail}").image == Image(
        "https://cdn.example.org/s72/pier.jpg", width=72, height=72
    )


def test_of_a_gallery_the_pictures_are_the_body_though_the_words_about_it_are_more(feed: FeedSite, door: Door) -> None:
    about = "<description>The photographs of the year, chosen by readers.</description>"
    photos = "".join(f"<figure><img src='{LINK}{number}.jpg'></figure>" for number in range(3))
    article = read_item(
        feed, door, f"{AUDIT}{about}<content:encoded><![CDATA[<p>Three photos.</p>{photos}]]></content:encoded>"
    )

    assert len(article.images) == 3
    assert article.summary == "The photographs of the year, chosen by readers."


def test_what_is_said_above_a_form_goes_with_it(feed: FeedSite, door: Door) -> None:
    form = '<div><p class="cta-caption">Thanks for reading!</p><form><input name="email"></form></div>'
    article = read_item(feed, door, f"{AUDIT}<description><![CDATA[<p>Gone.</p>{form}<p>More.</p>]]></description>")

    assert article.body == "<p>Gone.</p><p>More.</p>"


def test_what_software_writes_above_the_text_again_is_no_text(feed: FeedSite, door: Door) -> None:
    above = '<span class="title">Port audit</span><span><span>Ana Ríos</span></span><span><time>Mon</time></span>'
    creator = "<dc:creator>Ana Ríos</dc:creator>"
    article = read_item(feed, door, f"{AUDIT}{creator}<description><![CDATA[{above}<p>Gone.</p>]]></description>")

    assert article.body == "<p>Gone.</p>"
