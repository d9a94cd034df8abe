"""The words an issue makes of its articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import markup
from publisher.compose import prose
from tests.compose.samples import article

HIDDEN = set("\u200b\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_the_summary_is_the_excerpt() -> None:
    assert prose.excerpt(article(summary="What it is\n about.").article) == "What it is about."


def test_without_a_summary_the_first_paragraph_is() -> None:
    body = (
        "<h2>Heading</h2><figure><figcaption>Caption</figcaption></figure><p>First &amp; <em>last</em>.</p><p>Then.</p>"
    )

    assert prose.excerpt(article(body=body).article) == "First & last."


def test_an_article_without_words_has_no_excerpt_and_no_reading_time() -> None:
    empty = article(body="").article

    assert (prose.excerpt(empty), prose.minutes(empty)) == ("", None)


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (220, 1), (221, 2), (2200, 10)])
def test_reading_takes_a_minute_for_each_220_words(words: int, minutes: int) -> None:
    assert prose.minutes(article(body=f"<p>{'word ' * words}</p>").article) == minutes


def test_a_long_text_is_cut_between_words() -> None:
    assert prose.shortened("The harbour, again, was closed", 16) == "The harbour…"


def test_a_text_without_spaces_is_cut_where_the_line_ends() -> None:
    assert prose.shortened("x" * 40, 10) == "x" * 9 + "…"


@given(st.text(max_size=600), st.integers(20, 300))
def test_what_is_shortened_is_one_line_and_never_too_long(text: str, length: int) -> None:
    line = prose.shortened(text, length)

    assert len(line) <= length
    assert line.endswith("…") or len(line) == len(markup.one_line(text)) or not HIDDEN.isdisjoint(text)
    assert prose.shortened(line, length) == line


@given(st.text(st.characters() | st.sampled_from(sorted(HIDDEN))))
def test_nothing_turns_a_line_around_or_hides_in_it(text: str) -> None:
    assert HIDDEN.isdisjoint(prose.shortened(text, 300))


def test_the_marks_and_joiners_that_scripts_need_stay() -> None:
    written = "می\u200cخواهم \u200fab \u200eא 👩\u200d🚀"

    assert prose.shortened(written, 300) == written


@given(st.lists(st.text(max_size=200), max_size=8), st.text(max_size=300))
def test_a_preheader_has_40_to_140_characters(headlines: list[str], excerpt: str) -> None:
    promise = "The week's articles from X, free to read and to republish."

    assert 40 <= len(prose.preheader(headlines, [excerpt, promise])) <= 140


def test_a_preheader_takes_as_many_headlines_as_fit_and_nothing_else() -> None:
    headlines = ["How the fuel subsidy ledger lost its page", "x" * 120, "Port audit comes out late"]

    assert prose.preheader(headlines, ["An excerpt."]) == (
        "How the fuel subsidy ledger lost its page · Port audit comes out late"
    )
