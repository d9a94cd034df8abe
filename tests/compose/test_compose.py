"""A week of articles becomes an issue: its title, its words, and what it does with what nobody meant to send."""

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import Earlier, period
from publisher.config import Settings
from publisher.model import Image, Link, Place
from tests.compose import page, samples
from tests.compose.samples import article, composed, settings, week

HOSTILE = """"><script>alert(1)</script>'&lt;b&gt;{{ 7*7 }}{% raw %}</td></table><!--"""


def test_the_title_of_an_issue_is_that_of_its_lead() -> None:
    issue = composed(week())

    assert issue.title == issue.variant.subject == "Forty boats left the register. All of them still sail."


def test_the_lead_is_shown_on_top_and_not_again_in_its_section() -> None:
    variant = composed(week()).variant

    for form in (variant.html, variant.web):
        headings = [heading.text_content().strip() for heading in page.parsed(form).iter("h2", "h3")]
        assert headings.count("Forty boats left the register. All of them still sail.") == 1


def test_composing_twice_gives_the_same_bytes_whatever_order_articles_come_in() -> None:
    articles = week()
    first = composed(articles)

    random.Random(3).shuffle(articles)

    assert composed(articles) == first


def test_an_issue_says_its_date_in_its_language_and_the_publications_zone() -> None:
    late = samples.NOW.replace(day=21, hour=3)

    assert "Nov\xa020,\xa02026" in composed(week(), now=late).variant.html
    assert "20\xa0nov\xa02026" in composed(week(), "es", now=late).variant.html


def test_an_issue_of_a_past_week_has_the_date_it_was_due() -> None:
    past = period.week("2026-W46", samples.ZONE)

    issue = composed([article(published=past.start)], period=past)

    assert "November 13, 2026" in issue.variant.text


def test_an_issue_without_articles_says_so() -> None:
    issue = composed([])

    assert issue.title == "The Organization: November 20, 2026"
    assert "There is no new article this week." in issue.variant.text
    assert 40 <= len(issue.variant.preheader) <= 140


def test_everything_links_to_the_canonical_address() -> None:
    address = "https://estuary.example.org/search/?a=1&b=2"
    variant = composed([article(url=address)]).variant

    assert samples.links(variant.html).count(address) == 2
    assert page.links(variant.web).count(address) == 2
    assert f"\n{address}\n" in samples.untagged(variant.text)


@pytest.mark.parametrize(
    "field", ["title", "kicker", "summary", "alt", "caption", "credit", "author", "category", "body"]
)
def test_what_comes_from_outside_is_shown_and_never_obeyed(field: str) -> None:
    image = {"alt": "", "caption": "", "credit": "", "width": 1200, "height": 800}
    said: dict[str, Any] = {"summary": ""} if field == "body" else {}
    if field in image:
        image[field] = HOSTILE
    else:
        said |= {"author": {"authors": (HOSTILE,)}, "category": {"categories": (HOSTILE,)}}.get(field, {field: HOSTILE})
    picture = Image(f"{samples.SITE}/a.jpg", **image)  # type: ignore[arg-type]  # a dict of both texts and sizes

    variant = composed([article("one", image=picture, **said), article("two", image=picture, **said)]).variant

    for form in (variant.html, variant.web):
        root = page.parsed(form)
        assert not list(root.iter("script"))
        assert len(list(root.iter("footer" if form is variant.web else "title"))) == 1
        assert "7*7" in form or field in {"category", "body"}
        assert "49" not in form
    assert "\n" not in variant.subject


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example.org/x", " vbscript:x"]
)
def test_an_address_that_is_no_web_page_is_never_linked(address: str) -> None:
    image = Image(address, "A picture", license_url=address)

    variant = composed(
        [article("one", image=image), article(url=address, see_also=(Link(address, "x"),), image=samples.PHOTO)]
    ).variant

    for form in (variant.html, variant.web):
        root = page.parsed(form)
        assert address not in [*root.xpath("//@href"), *root.xpath("//@src")]
        assert all(link.get("href") for link in root.iter("a"))


@given(st.text(max_size=60), st.text(max_size=300))
def test_any_title_and_summary_give_an_issue(title: str, summary: str) -> None:
    variant = composed([article(title=title, summary=summary, authors=(title,))]).variant

    assert variant.subject == " ".join(variant.subject.split()) != ""
    for form in (variant.html, variant.text):
        assert Place.LEAVE_URL in form
        assert not re.search(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", form)


def test_a_picture_whose_license_asks_for_it_carries_credit_and_license() -> None:
    variant = composed([article("one"), article("two", hours_ago=30, image=samples.PHOTO)]).variant

    for form in (variant.html, variant.web):
        assert "Picture: Nadia Ferrer" in form
        assert samples.PHOTO_LICENSE in page.links(form)
    assert samples.PHOTO_LICENSE in variant.text


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1200, 640), ("600", "320")),
        ((1000, 2000), ("230", "460")),
        ((300, 150), ("300", "150")),
        ((None, None), ("600", None)),
    ],
)
def test_a_lead_picture_is_fitted_into_its_column(size: tuple[int, int], shown: tuple[str, str]) -> None:
    image = Image(f"{samples.SITE}/a.jpg", "A picture", width=size[0], height=size[1])

    found = next(page.parsed(composed([article(image=image)]).variant.html).iter("img"))

    assert (found.get("width"), found.get("height")) == shown


@pytest.mark.parametrize(
    ("placement", "headings", "buttons"),
    [(("after-lead", "end"), 2, 1), (("after-lead",), 1, 1), (("end",), 1, 1), ((), 0, 0)],
)
def test_the_appeal_stands_where_the_config_says_and_has_one_button(
    placement: tuple[str, ...], headings: int, buttons: int
) -> None:
    variant = composed(week(), settings=_with(appeal={"placement": placement})).variant
    root = page.parsed(variant.html)

    assert variant.text.count("This reporting is free because readers pay for it") == headings
    assert [heading.text for heading in root.iter("h2")].count(
        "This reporting is free because readers pay for it"
    ) == headings
    assert len(root.xpath("//a[@class='button-link' and contains(@href, '/donate/')]")) == buttons


@pytest.mark.parametrize(("placement", "forms"), [(("after-lead", "end"), 1), (("after-lead",), 1)])
def test_with_nothing_between_them_the_appeal_stands_once_and_whole(placement: tuple[str, ...], forms: int) -> None:
    variant = composed([article()], settings=_with(appeal={"placement": placement})).variant

    for form in (variant.html, variant.text, variant.web):
        assert form.count("This reporting is free because readers pay for it") == forms
        assert form.count("No advertiser and no party pays for our work") == forms


def test_a_mail_of_very_many_articles_stays_small_and_sends_to_the_web_for_the_rest() -> None:
    many = [
        article(f"n{number:03}", summary="What it is about. " * 20, hours_ago=1 + number / 9) for number in range(300)
    ]

    variant = composed(many).variant

    assert len(variant.html.encode()) <= 80_000
    assert "more articles in this issue, on the web" in variant.html
    assert all(stored.article.url in page.links(variant.web) for stored in many)
    mailed = {stored.article.url for stored in many} & set(samples.links(variant.html))
    assert len(mailed) >= 60
    assert all(
        (stored.article.url in samples.untagged(variant.text)) == (stored.article.url in mailed) for stored in many
    )


def test_a_language_without_words_of_ours_gets_english_ones_and_says_so() -> None:
    issue = composed(
        [article(language="fr", title="La pluie")], "fr", settings=_with(publication={"languages": ("fr",)})
    )
    root = page.parsed(issue.variant.html)

    assert root.get("lang") == "fr"
    assert "20 novembre 2026" in issue.variant.text
    assert root.xpath("//*[@lang='en']//a[contains(., 'Unsubscribe')]")


OURS = (
    *("No. 12", "By Ana", "2 min", "Read the article", "Picture: Nadia Ferrer"),
    *("Republish this work", "You may republish", "Tell us what you think", "Send us a comment"),
)


@pytest.mark.parametrize("form", ["html", "web"])
def test_our_english_words_are_marked_where_they_stand_and_no_others(form: str) -> None:
    told: dict[str, Any] = {"language": "fr", "title": "La pluie", "authors": ("Ana",), "image": samples.PHOTO}
    articles = [article(f"n{n}", body="<p>" + "Un mot. " * 150 + "</p>", **told) for n in "12"]
    root = page.parsed(getattr(composed(articles, "fr").variant, form))

    said = {
        " ".join(str(text).split()): (text.getparent().xpath("ancestor-or-self::*[@lang][1]/@lang") or ["fr"])[0]
        for text in root.body.xpath(".//text()[normalize-space()]")
    }
    for words in OURS:
        found = {language for text, language in said.items() if text.replace("\xa0", " ").startswith(words)}
        assert found == {"en"}, words
    assert said["La pluie"] == said["The Estuary Desk"] == "fr"


def test_a_credit_in_the_sources_own_words_is_in_the_issues_language() -> None:
    image = Image(f"{samples.SITE}/a.jpg", "Une barque", credit="Dessin : Ana")

    root = page.parsed(composed([article(language="fr", image=image)], "fr").variant.html)

    assert not root.xpath("//*[@lang='en'][contains(., 'Dessin')]")


def test_without_words_of_its_own_a_picture_neither_repeats_the_headline_nor_is_a_link() -> None:
    images = [Image(f"{samples.SITE}/{n}.jpg", alt) for n, alt in enumerate(("", "Port audit"))]
    articles = [article(f"n{n}", title="Port audit", image=image) for n, image in enumerate(images * 2)]

    root = page.parsed(composed(articles).variant.html)

    assert [image.get("alt") for image in root.iter("img")] == [""] * 4
    assert all(link.text_content().strip() for link in root.iter("a"))
    assert len(root.xpath("//a[normalize-space()='Port audit']")) == 4


def test_a_caption_speaks_for_a_thumb_and_stands_under_the_lead() -> None:
    image = Image(f"{samples.SITE}/a.jpg", caption="Low tide.", width=1200, height=640)

    root = page.parsed(composed([article("one", image=image), article("two", image=image)]).variant.html)

    assert [found.get("alt") for found in root.iter("img")] == ["", "Low tide."]
    assert root.xpath("//a[starts-with(@href, 'https://estuary.example.org/two/?')]/img")
    assert "Low tide." in root.xpath("string(//p[@class='caption'])")


def test_a_thumb_is_the_small_rendition_and_the_lead_the_large_one() -> None:
    image = Image(f"{samples.SITE}/a.jpg", "A boat", width=1200, height=640, small_url=f"{samples.SITE}/a-300.jpg")

    variant = composed([article("one", image=image), article("two", image=image)]).variant

    for form in (variant.html, variant.web):
        shown = [found.get("src") for found in page.parsed(form).iter("img")]
        assert shown == [f"{samples.SITE}/a.jpg", f"{samples.SITE}/a-300.jpg"]


def test_a_small_rendition_that_is_no_web_page_is_not_used() -> None:
    image = Image(f"{samples.SITE}/a.jpg", "A boat", small_url="javascript:alert(1)")

    variant = composed([article("one"), article("two", hours_ago=30, image=image)]).variant

    assert page.parsed(variant.html).xpath("//img/@src") == [f"{samples.SITE}/a.jpg"]


@pytest.mark.parametrize("address", ["https://[::1/", "https://x.example/a\nb: c"])
def test_a_broken_address_breaks_no_issue(address: str) -> None:
    image = Image(address, "A boat", license_url=address)

    variant = composed([article("one", url=address), article("two", image=image)]).variant

    assert "\nb: c" not in variant.text


def test_what_turns_a_line_around_is_nowhere_in_an_issue() -> None:
    turned = "Invoice \u202egpj.exe\u202c \u2066x\u2069 \u200b\ufeff"
    image = Image(f"{samples.SITE}/a.jpg", turned, turned, turned)

    variant = composed(
        [article(f"n{n}", title=turned, summary=turned, kicker=turned, authors=(turned,), image=image) for n in "12"]
    ).variant

    assert variant.subject == "Invoice gpj.exe x"
    for form in (variant.html, variant.text, variant.web, variant.preheader):
        assert not re.search("[\u200b\ufeff\u202a-\u202e\u2066-\u2069]", form)


def test_a_language_written_from_the_right_turns_the_mail_around() -> None:
    issue = composed([article(language="ar", title="المطر")], "ar")

    for form in (issue.variant.html, issue.variant.web):
        assert page.parsed(form).get("dir") == "rtl"
    assert page.parsed(issue.variant.html).body[0].get("dir") == "rtl"
    assert "letter-spacing:1px" not in issue.variant.html


def _with(**tables: dict[str, Any]) -> Settings:
    given = settings()
    changed = {name: getattr(given, name).model_copy(update=table) for name, table in tables.items()}
    return given.model_copy(update=changed)


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        (("Amaranta Lucena",), "By Amaranta Lucena\xa0·\xa02\xa0min\xa0read"),
        (("Ana Barragán-Solar-de-los-Ríos",), "By Ana Barragán-Solar-de-los-Ríos\xa0· 2\xa0min\xa0read"),
    ],
)
def test_no_line_of_what_is_said_of_an_article_begins_with_a_dot(authors: tuple[str, ...], said: str) -> None:
    body = "<p>" + "A word. " * 200 + "</p>"
    variant = composed([article("lead"), article("one", authors=authors, body=body)]).variant

    for form in (variant.html, variant.web):
        assert said in [
            text.text for text in page.parsed(form).body.iter("p") if text.get("class", "").endswith("meta")
        ]
    assert said.replace("\xa0", " ") in variant.text


def test_a_minute_of_reading_is_not_told() -> None:
    assert " min" not in composed([article("lead"), article("one")]).variant.text


def test_under_a_thumbnail_the_newsroom_does_not_name_itself() -> None:
    own = Image(f"{samples.SITE}/a.jpg", "A boat", credit="Illustration: The Estuary Desk")
    hers = Image(f"{samples.SITE}/b.jpg", "A pier", credit="Photo: Nadia Ferrer")
    variant = composed([article("lead"), article("own", image=own), article("hers", image=hers)]).variant

    for form in (variant.html, variant.web):
        assert "Illustration" not in form
        assert "Photo: Nadia Ferrer" in form


def test_what_was_retracted_says_so_before_its_headline() -> None:
    gone = article("gone", title="A claim", retracted_at=samples.NOW)
    variant = composed([article("lead")], earlier=Earlier(corrected=(gone,))).variant

    assert "* Retracted: A claim\n  We have retracted this article.\n" in variant.text
    for form in (variant.html, variant.web):
        words = page.parsed(form).body.text_content()
        assert words.index("Retracted") < words.index("A claim") < words.index("We have retracted")


def test_a_correction_does_not_say_twice_what_it_is() -> None:
    body = "<p>The text.</p><p>Correction: an earlier version named the wrong pier.</p>"
    variant = composed([article("lead")], earlier=Earlier(corrected=(article("old", body=body),))).variant

    assert "  An earlier version named the wrong pier.\n" in variant.text


def test_articles_without_a_translation_are_named_together_in_the_language_of_the_issue() -> None:
    english = [article(f"n{number}", title=f"Title {number}") for number in range(4)]
    (told,) = composed(english).findings
    (single,) = composed([article("uno", language="es", title="Uno")], "es").findings

    assert told.words == '4 articles are not translated into Spanish: "Title 0", "Title 1", "Title 2" and 1 more'
    assert single.words == '"Uno" is not translated into English'
