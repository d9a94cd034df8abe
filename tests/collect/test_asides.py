import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import markup
from publisher.collect.asides import Asides, take_out
from publisher.model import Link

HOME = "https://estuary.example.org"
FIRST, LAST = "<p>The first paragraph.</p>", "<p>The last one.</p>"
PIER = Link(f"{HOME}/pier/", "The old pier")
QUAY = Link(f"{HOME}/quay/", "The new quay")


def link(to: Link) -> str:
    return f'<a href="{to.url}">{to.title}</a>'


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>SEE ALSO:</strong> {}</p>",
        "<p>See also: {}</p>",
        '<p lang="en"><em>*Read also: {}</em></p>',
        "<p>VEA TAMBIÉN: {}</p>",
        "<p>Lea también : {}</p>",
        "<p><strong>Véase también:</strong> {}.</p>",
        "<p>Leia também: {}</p>",
        "<h4>Lire aussi : {}</h4>",
    ],
)
def test_a_see_also_line_becomes_data_and_leaves_the_body(line: str) -> None:
    found = take_out(FIRST + line.format(link(PIER)) + LAST)

    assert found == Asides(FIRST + LAST, (PIER,), ())


def test_a_line_may_name_several_and_each_is_kept_once() -> None:
    line = f"<p>See also: {link(PIER)}, {link(QUAY)} and {link(PIER)}</p>"

    assert take_out(FIRST + line).see_also == (PIER, QUAY)


@pytest.mark.parametrize(
    "paragraph",
    [
        "<p>See also: the report of the port authority.</p>",
        f"<p>See also: {link(PIER)}, where the whole story of the harbour master and his brother is told.</p>",
        f"<p>The judge said: see also: {link(PIER)}</p>",
        f"<p>She will see also {link(PIER)}</p>",
        "<p>See also: <a>nowhere</a></p>",
        '<p>See also: <a href="mailto:ana@example.org">Ana</a></p>',
    ],
)
def test_a_sentence_stays_in_the_text(paragraph: str) -> None:
    assert take_out(paragraph) == Asides(paragraph, (), ())


@pytest.mark.parametrize("heading", ["Related Content", "Contenido relacionado", "Noticias relacionadas:"])
def test_the_list_of_related_content_becomes_data(heading: str) -> None:
    body = f"{FIRST}<h3>{heading}</h3>\n<ul><li>{link(PIER)}</li><li>{link(QUAY)}</li></ul>"

    assert take_out(body) == Asides(FIRST, (), (PIER, QUAY))


def test_related_content_may_be_paragraphs_of_links_and_text_goes_on_after_them() -> None:
    body = f"{FIRST}<p><strong>Related content</strong></p><p>{link(PIER)}</p><p>{link(QUAY)}</p>{LAST}"

    assert take_out(body) == Asides(FIRST + LAST, (), (PIER, QUAY))


def test_a_heading_with_nothing_related_under_it_stays() -> None:
    body = f"{FIRST}<h3>Related content</h3>{LAST}"

    assert take_out(body) == Asides(body, (), ())


@given(
    st.lists(
        st.sampled_from([FIRST, LAST, "<p>See also: ", link(PIER), "</p>", "<h3>Related content</h3>", "<ul><li>"])
    )
)
def test_what_is_left_has_no_asides_and_is_still_clean(pieces: list[str]) -> None:
    body = markup.clean("".join(pieces), HOME)

    rest = take_out(body).body

    assert take_out(rest).see_also == ()
    assert markup.clean(rest, HOME) == rest


def test_a_body_of_nothing_but_openings_is_read_in_bounded_work() -> None:
    body = markup.clean("<h1><p>See also: <ul>" * 20_000, HOME)

    assert take_out(body).see_also == ()


@pytest.mark.parametrize(
    "heading", ["<h3><em>Related</em> posts</h3>", "<div><h3>Related articles</h3></div>\n", "<h3>Relacionado</h3>"]
)
def test_a_heading_of_related_content_with_nothing_below_it_goes(heading: str) -> None:
    assert take_out(f"<p>Gone.</p>\n{heading}").body == "<p>Gone.</p>"
