"""The body of an article, the same for every kind of source."""

import pytest

from publisher.collect import body
from tests.collect.newsroom import LINK, PUBLICATION

ANALYSIS = {"analysis": "Our analysis|Nuestro análisis"}


def parts(html: str) -> dict[str, str]:
    return body.parts(html, ANALYSIS)


def test_a_part_begins_below_its_heading_and_ends_where_the_next_begins() -> None:
    html = "<p>a</p><h2>Our analysis</h2><p>b</p><p>c</p><h2>Sources</h2><p>d</p>"

    assert parts(html) == {"analysis": "<p>b</p><p>c</p>"}


def test_the_last_part_ends_with_the_text() -> None:
    assert parts("<h2>Our analysis</h2><p>b</p>") == {"analysis": "<p>b</p>"}


def test_headings_of_lower_rank_belong_to_the_part() -> None:
    html = (
        "<h2>Our analysis</h2><p>b</p><h3>Ports</h3><p>c</p><p><strong>Rivers</strong></p><p>d</p><h1>End</h1><p>e</p>"
    )

    assert parts(html)["analysis"].endswith("<p><strong>Rivers</strong></p><p>d</p>")


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>Our analysis</h2>",
        '<h4 lang="en">OUR ANALYSIS</h4>',
        "<h3><strong>Our</strong>&nbsp;analysis:</h3>",
        '<h2><a href="https://x.example/#analysis">Our analysis</a></h2>',
        "<h2>Nuestro análisis</h2>",
        "<p><strong>Our analysis</strong></p>",
        '<p dir="ltr"><b>Our analysis</b>:</p>',
        "<p><strong><em>Our analysis</em></strong><br></p>",
        "<p><em><strong>Our </strong><strong>analysis</strong></em></p>",
        "<div><strong>Our analysis.</strong></div>",
    ],
)
def test_a_heading_is_known_in_every_form_and_language(heading: str) -> None:
    assert parts(f"<p>a</p>{heading}<p>b</p><p><b>Sources</b></p><h2>Sources</h2><p>c</p>")["analysis"].startswith(
        "<p>b</p>"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p>",
        "<p>Our analysis</p><p>b</p>",
        "<p><strong>Our analysis</strong> is that it rose.</p><p>b</p>",
        "<h2>Our analysis of ports</h2><p>b</p>",
        "<h2>Before our analysis</h2><p>b</p>",
        "<h2>Our analysis</h2>",
        "<h2></h2><p><strong></strong></p>",
        '<p><strong>Our analysis</strong><img src="https://x.example/a.jpg" alt=""></p><p>b</p>',
        f"<h2>{'Our analysis ' * 100}</h2><p>b</p>",
    ],
)
def test_what_is_no_heading_of_it_begins_no_part(html: str) -> None:
    assert parts(html) == {}


def test_a_part_below_a_bold_line_ends_at_the_next_one() -> None:
    html = "<p><b>Our analysis</b></p><p>b</p><p><b>Sources</b></p><p>c</p>"

    assert parts(html) == {"analysis": "<p>b</p>"}


def test_of_two_headings_the_first_counts() -> None:
    assert parts("<h2>Our analysis</h2><p>b</p><h2>Nuestro análisis</h2><p>c</p>") == {"analysis": "<p>b</p>"}


def test_every_name_has_its_part() -> None:
    headings = {**ANALYSIS, "method": "How we did it"}

    found = body.parts("<h2>How we did it</h2><p>a</p><h2>Our analysis</h2><p>b</p>", headings)

    assert found == {"method": "<p>a</p>", "analysis": "<p>b</p>"}


def test_a_part_is_whole_html_though_its_heading_stands_in_a_box() -> None:
    html = "<div><div><h2>Our analysis</h2></div><p>b</p></div><div><p>c</p><h2>Sources</h2></div>"

    assert parts(html) == {"analysis": "<p>b</p><div><p>c</p></div>"}


def test_a_body_is_read_with_its_asides_its_pictures_and_its_parts() -> None:
    publication = PUBLICATION.model_copy(update={"parts": ANALYSIS})
    html = (
        f'<p>a</p><p>See also: <a href="{LINK}old-pier/">Old pier</a></p><h2>Our analysis</h2>'
        f'<figure><img src="{LINK}a.jpg" alt=""><figcaption>Quay</figcaption></figure>'
        f'<h3>Related content</h3><ul><li><a href="{LINK}new-quay/">New quay</a></li></ul>'
    )

    read = body.read(html, publication)

    assert [link.title for link in (*read.see_also, *read.related)] == ["Old pier", "New quay"]
    assert [image.caption for image in read.images] == ["Quay"]
    assert read.parts["analysis"].startswith("<figure>")
    assert "pier" not in read.html + read.parts["analysis"]


def test_bare_words_become_a_paragraph() -> None:
    assert body.read("The <b>port</b> is open.", PUBLICATION).html == "<p>The <b>port</b> is open.</p>"


def test_no_heading_is_looked_for_where_the_config_names_no_part() -> None:
    assert body.parts("<h2>Our analysis</h2><p>b</p>", {}) == {}
