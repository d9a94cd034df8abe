"""What the editor writes in Markdown, in a mail and typed out."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import notes
from publisher.compose.typed import Typist

SITE = "https://estuary.example.org/"


def _typed(markdown: str) -> str:
    return Typist()(notes.note(markdown, SITE, 2))


@pytest.mark.parametrize(
    ("markdown", "levels"),
    [
        ("# A\n\n## B\n\n# C", "232"),
        ("### A\n\n##### B\n\n#### C", "233"),
        ("## A\n\n# B\n\n### C", "223"),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F", "234566"),
    ],
)
def test_headings_begin_where_the_note_stands_and_jump_no_level(markdown: str, levels: str) -> None:
    html = notes.note(markdown, SITE, 2)

    assert "".join(re.findall(r"<h(\d)>", html)) == "".join(re.findall(r"</h(\d)>", html)) == levels


@given(st.lists(st.integers(1, 6), min_size=1, max_size=9), st.sampled_from([2, 3]))
def test_no_heading_is_above_its_place_whatever_is_written(written: list[int], top: int) -> None:
    html = notes.note("\n\n".join(f"{'#' * level} Heading" for level in written), SITE, top)

    levels = [int(level) for level in re.findall(r"<h(\d)>", html)]
    assert levels[0] == min(levels) == top
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_an_empty_note_is_nothing() -> None:
    assert notes.note(" \n", SITE, 2) == Typist()("") == ""


def test_raw_html_shows_as_text_and_relative_links_are_the_newsrooms() -> None:
    html = notes.note('<script>alert(1)</script>\n\n[a](/b "c")', SITE, 2)

    assert "<script" not in html
    assert 'href="https://estuary.example.org/b"' in html


@pytest.mark.parametrize(
    ("markdown", "last"),
    [
        ("One.\n\nTwo.", '<p class="closing">Two.</p>'),
        ("One.\n\n- a\n  - b\n- c", '<ul class="closing">'),
        ("3. a\n4. b", '<ol class="closing" start="3">'),
        ("One.\n\n    code", '<pre class="closing">'),
    ],
)
def test_what_stands_last_has_no_space_under_it(markdown: str, last: str) -> None:
    html = notes.for_mail(notes.note(markdown, SITE, 2), 536)

    assert last in html
    assert html.count("closing") == 1


def test_a_table_has_space_under_it_and_its_columns_stand_as_written() -> None:
    table = "| Port | Tonnes |\n| --- | ---: |\n| Almagre | 12 |"
    middle, last = (notes.for_mail(notes.note(text, SITE, 2), 536) for text in (f"{table}\n\nMore.", table))

    assert middle.count('class="gap"') == 1
    assert 'class="gap"' not in last
    assert '<td align="right">12</td>' in last
    assert '<th scope="col">Port</th>' in last


def test_a_quotation_of_two_paragraphs_stays_one_in_plain_text() -> None:
    assert _typed("> One.\n>\n> Two.\n\nMore.") == "> One.\n>\n> Two.\n\nMore."


def test_a_mail_gives_a_quotation_a_cell_and_a_picture_a_width() -> None:
    html = notes.for_mail(notes.note("> A word.\n\n![A boat](/boat.jpg)", SITE, 2), 536)

    assert '<td class="quote"><blockquote>' in html
    assert html.count("<table") == html.count('role="presentation"') == html.count("</table>") == 1
    assert '<img width="536" border="0" src="https://estuary.example.org/boat.jpg" alt="A boat">' in html


def test_a_table_says_what_its_headings_are_for() -> None:
    assert notes.note("| Port | Dues |\n|---|---|\n| A | 14 |", SITE, 2).count('<th scope="col">') == 2


def test_a_note_is_typed_with_its_links_numbered_below() -> None:
    markdown = (
        "Good morning. We finished **eight months** of work on the [ledger](/ledger/), and the\n"
        "ferry has a [new rule](https://port.example.org/?a=1&b=2)."
    )

    assert _typed(markdown) == (
        "Good morning. We finished eight months of work on the ledger [1], and\n"
        "the ferry has a new rule [2].\n"
        "[1] https://estuary.example.org/ledger/\n"
        "[2] https://port.example.org/?a=1&b=2"
    )


def test_numbers_go_through_the_whole_mail() -> None:
    typist = Typist()

    assert typist(notes.note("[A](/a)", SITE, 2)).startswith("A [1]")
    assert typist(notes.note("[B](/b)", SITE, 2)).startswith("B [2]")


def test_an_address_that_says_itself_needs_no_number() -> None:
    assert _typed("<https://a.example.org/x> or <desk@estuary.example.org>") == (
        "https://a.example.org/x or desk@estuary.example.org"
    )


def test_lists_are_typed_with_stars_and_numbers() -> None:
    markdown = "- one\n- two\n  1. first\n  2. second\n\nAfter.\n\n3. three"

    assert _typed(markdown) == "* one\n* two\n  1. first\n  2. second\n\nAfter.\n\n3. three"


def test_headings_are_underlined_quotations_marked_code_and_tables_kept() -> None:
    markdown = (
        "# Two dates\n\n> A word\n> of hers.\n\n---\n\n```\na  b\n  c\n```\n\n| Port | Dues |\n|---|---|\n| A | 14 |"
    )

    assert _typed(markdown) == (
        "Two dates\n---------\n\n> A word of hers.\n\n* * *\n\n    a  b\n      c\n\nPort | Dues\nA | 14"
    )


def test_a_line_that_was_broken_by_hand_stays_broken() -> None:
    assert _typed("Calle 12  \nCartagena") == "Calle 12\nCartagena"


def test_a_picture_is_typed_as_its_words() -> None:
    assert _typed("![Two boats](/b.jpg)") == "[Two boats]"


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(list("#>*-_[](){}|`\n 1.")), max_size=200)
)
def test_any_note_is_typed_in_lines_without_markup_of_ours(text: str) -> None:
    lines = _typed(text).split("\n")

    assert all(
        len(line) <= 72 or " " not in line.strip("> *") or line.startswith("    ")
        for line in lines
        if "://" not in line
    )
    assert not [line for line in lines if line != line.rstrip()]
