"""What an editor writes is never cut: the rest of a mail gives way, and what it comes to is told."""

import re

import pytest

from publisher.compose.largest import HTML_BYTES
from publisher.model import Block, Edits
from tests.compose import page, samples
from tests.compose.samples import article, composed

SENTENCE = "The harbour office keeps the list, and shows it to nobody who asks, be it by letter or at its door. "
LAST = "So much for the register."
WEEK = [article(f"n{number:02}", hours_ago=1 + number, image=samples.PHOTO) for number in range(40)]


def note(kilobytes: int) -> str:
    """Give a note of paragraphs of 500 characters."""
    return (SENTENCE * 5 + "\n\n") * (kilobytes * 2) + LAST


def shown(html: str) -> int:
    """Count the headlines and excerpts beside the lead."""
    return html.count('class="item-title"') + html.count('class="item-text"')


def told(edits: Edits) -> list[tuple[str, bool]]:
    return [(one.words, one.is_grave) for one in composed(WEEK, edits=edits).findings if one.check == "note"]


@pytest.mark.parametrize("kilobytes", [5, 40, 120])
def test_a_note_is_whole_in_every_form(kilobytes: int) -> None:
    variant = composed(WEEK, edits=Edits(note=note(kilobytes))).variant

    for form in (variant.html, variant.text, variant.web):
        words = " ".join((form if form is variant.text else page.parsed(form).text_content()).split())
        assert words.count("The harbour office") == kilobytes * 10
        assert LAST in words


@pytest.mark.parametrize(("less", "more"), [(0, 20), (20, 40), (40, 50)])
def test_the_articles_give_way_as_far_as_the_note_needs(less: int, more: int) -> None:
    short, long = (composed(WEEK, edits=Edits(note=note(kilobytes))).variant.html for kilobytes in (less, more))

    assert len(long.encode()) < HTML_BYTES
    assert shown(long) < shown(short)


def test_a_short_note_is_not_told_and_a_long_one_is_with_what_it_leaves_out() -> None:
    ((words, is_grave),) = told(Edits(note=note(40)))

    assert told(Edits(note=note(5))) == []
    assert re.match(r"the editor's own words, note and blocks, take 5\d KB of the 102 at which Gmail clips", words)
    assert re.search(r"articles stand only in the web copy \(\d+\); shorten", words)
    assert not is_grave


@pytest.mark.parametrize(
    "edits",
    [
        Edits(note=note(120)),
        Edits(blocks=(Block("news", note(120)),)),
        Edits(note=note(60), blocks=(Block("", note(60)),)),
    ],
    ids=["note", "block", "both"],
)
def test_a_mail_that_an_editors_own_words_clip_is_grave_with_how_much_they_take(edits: Edits) -> None:
    ((words, is_grave),) = told(edits)

    own = re.search(r"take (\d+) KB of the 102 at which Gmail clips a mail, so this one will be clipped", words)
    assert own
    size = len(composed(WEEK, edits=edits).variant.html.encode()) / 1024
    assert 120 < int(own[1]) < size < int(own[1]) + 20
    assert is_grave
