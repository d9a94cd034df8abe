"""An issue as its editor wants it: title, note, blocks, excerpts, order; and one of no period at all."""

from dataclasses import replace
from itertools import pairwise

import pytest

from publisher.model import (
    Block,
    Edits,
    IssueKind,
    Reason,
)
from tests.compose import page, samples
from tests.compose.samples import article, composed, headings, issue, placed, words


def test_title_subject_and_preheader_are_the_editors_where_they_gave_them() -> None:
    edits = Edits(title="The missing page", subject="Page 212 is missing", preheader="And who numbered them.")

    issue = composed(samples.week(), edits=edits)

    assert (issue.title, issue.variant.subject) == ("The missing page", "Page 212 is missing")
    assert issue.variant.preheader == "And who numbered them."
    assert page.parsed(issue.variant.html).findtext(".//title") == "The missing page"


def test_the_note_stands_between_masthead_and_lead_in_every_form() -> None:
    variant = composed(samples.week(), edits=Edits(note="Good **morning**.")).variant

    for form in (words(variant.html), variant.text, words(variant.web)):
        assert form.index("No. 12") < form.index("Good morning.") < form.index("Forty boats")


def test_a_block_stands_before_the_section_it_names_and_others_after_all() -> None:
    blocks = (Block("news", "Before the news."), Block("", "After all."), Block("gone", "After that."))

    variant = composed(samples.week(), edits=Edits(blocks=blocks)).variant

    for form in (words(variant.html), variant.text, words(variant.web)):
        text = form.lower()
        order = [
            "analysis",
            "before the news.",
            "news briefs",
            "also this week",
            "after all.",
            "after that.",
            "tell us",
        ]
        at = [text.index(words) for words in order]
        assert at == sorted(at)


def test_a_block_stands_though_its_section_has_no_article() -> None:
    edits = Edits(blocks=(Block("analysis", "No analysis this week."),))

    assert "No analysis this week." in composed([article()], edits=edits).variant.text


@pytest.mark.parametrize("form", ["html", "web"])
def test_headings_of_notes_and_blocks_keep_the_order(form: str) -> None:
    edits = Edits(note="# A\n\n### B", blocks=(Block("news", "#### C\n\n# D"),))

    levels = [
        int(str(heading.tag)[1])
        for heading in page.parsed(getattr(composed(samples.week(), edits=edits).variant, form)).iter(
            "h1", "h2", "h3", "h4", "h5"
        )
    ]

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("summary", "The summary."),
        ("first-paragraph", "The first paragraph."),
        ("analysis", "What it means."),
        ("none", ""),
    ],
)
def test_a_section_says_what_stands_under_its_headlines(kind: str, said: str) -> None:
    listed = samples.newsletter()
    sections = tuple(section.model_copy(update={"excerpt": kind}) for section in listed.sections)
    told = article(
        summary="The summary.",
        body="<p>The first paragraph.</p>",
        parts={"analysis": "<p>What it means.</p>"},
        hours_ago=30,
    )

    text = composed([article("lead"), told], newsletter=listed.model_copy(update={"sections": sections})).variant.text

    found = [words for words in ("The summary.", "The first paragraph.", "What it means.") if words in text]
    assert found == ([said] if said else [])


def test_an_article_without_the_part_shows_its_summary() -> None:
    stored = article(categories=("Analysis",), summary="The summary.")

    assert "The summary." in composed([stored]).variant.text


def test_an_excerpt_of_the_editors_own_is_taken_whole() -> None:
    stored, own = article(summary="The summary."), "What the editor says of it, at some length. " * 10

    html = composed([stored], edits=Edits(excerpts={stored.id: own})).variant.html

    assert own.strip() in html
    assert "The summary." not in html


def test_articles_stand_in_the_order_of_their_positions() -> None:
    placements = [placed(article(slug), "news", at) for slug, at in (("second", 2), ("third", 3), ("first", 1))]

    found = [heading for heading in headings(issue(placements).variant.html) if heading in ("First", "Second", "Third")]

    assert found == ["First", "Second", "Third"]


def test_an_article_of_a_section_that_is_gone_is_not_lost() -> None:
    assert "Port audit" in headings(issue([placed(article(), "gone")]).variant.html)


SPECIAL = Edits(title="Our records are open", note="We are opening our archive.\n\n## What you can do\n\nSearch it.")


@pytest.mark.parametrize("kind", [IssueKind.SPECIAL, IssueKind.WELCOME])
def test_an_issue_of_no_period_is_its_note_under_its_title(kind: IssueKind) -> None:
    period = replace(samples.WEEK, name="special-records")

    special = issue(edits=SPECIAL, kind=kind, period=period)

    assert special.title == special.variant.subject == "Our records are open"
    assert 40 <= len(special.variant.preheader) <= 140
    assert special.variant.preheader.startswith("We are opening our archive.")
    for form in (special.variant.html, special.variant.web):
        assert headings(form)[:3] == ["The Organization", "Our records are open", "What you can do"]
        assert "There is no new article" not in form
        assert "No. 12" not in form.replace("\xa0", " ")
    assert ("November 20, 2026" in special.variant.text) == (kind is IssueKind.SPECIAL)


def test_a_special_issue_may_carry_articles_below_its_text() -> None:
    text = issue([placed(article(), "news", 0, Reason.EDITOR)], edits=SPECIAL, kind=IssueKind.SPECIAL).variant.text

    assert text.index("Search it.") < text.index("Port audit")
